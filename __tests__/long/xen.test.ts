import { execFileSync, spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { App, LocalBackend, TerraformStack } from "cdktf";
import { build } from "../../builder/main";
import { useProviders } from "../../constructs/image-stack";
import { imageFromPath } from "../../constructs/machine-image";
import { XenGuest, type XenGuestProps } from "../../constructs/xen-guest";
import { toolEnvironment } from "../../host/environment";
import { requireTool } from "../../host/find";
import { readBootConfiguration } from "../../platforms/pygrub";
import { ByteFile } from "../../platforms/bytes";
import { sha256 } from "../../util/digest";
import { writeRequest } from "../support/request";
import { temporaryFolder } from "../support/temporary";
import { placeExternalProvider } from "../support/xen/external-provider";
import { XenHost } from "../support/xen/host";
import { whyNoXenHost } from "../support/xen/make";

jest.setTimeout(1_200_000);

const why = whyNoXenHost();
const describeWithXen = why === "" ? describe : describe.skip;

describeWithXen(`guests of a real Xen 4.17${why && ` (skipped: ${why})`}`, () => {
  const folder = temporaryFolder("xen");
  let host: XenHost;
  let first: string;
  let second: string;

  beforeAll(async () => {
    process.env["XDG_DATA_HOME"] = join(folder, "data");
    await placeExternalProvider(join(folder, "data"));
    const { file, image } = writeRequest(join(folder, "store"), { format: "raw" });
    const { disk } = await build(file, { write: () => undefined });
    first = join(image, disk.file);
    second = join(folder, "second.raw");
    execFileSync("cp", ["--sparse=always", first, second]);
    rename(second, "other");
    host = await XenHost.start(folder);
  });

  afterAll(() => host?.stop());

  /** What a deployment of its own, with a state of its own, says of a guest. */
  class Deployment {
    private readonly state: string;

    constructor(private readonly name: string) {
      this.state = join(folder, `${name}.tfstate`);
    }

    run(words: readonly string[], changed: Partial<XenGuestProps> = {}): { status: number | null; output: string } {
      const app = new App({ outdir: join(folder, this.name), context: { projectId: this.name }, skipValidation: true });
      const stack = new TerraformStack(app, "guests");
      useProviders(stack);
      new LocalBackend(stack, { path: this.state });
      new XenGuest(stack, "web", {
        image: imageOf(first),
        host: { ...reached(), folder: "/srv/guests" },
        type: "pv",
        memoryMiB: 384,
        ...changed,
      });
      app.synth();
      const cwd = join(app.outdir, "stacks", "guests");
      const terraform = (some: readonly string[]) =>
        spawnSync(requireTool("terraform").path, some, {
          cwd,
          encoding: "utf8",
          env: { ...process.env, ...toolEnvironment(), TF_IN_AUTOMATION: "1", TF_INPUT: "0", TF_CLI_ARGS: "-no-color" },
        });
      const init = terraform(["init"]);
      if (init.status !== 0) throw new Error(`${init.stdout}${init.stderr}`);
      const { status, stdout, stderr } = terraform(words);
      return { status, output: `${stdout}${stderr}`.replace(/\n│? *(?=\S)/g, " ") };
    }

    loseState(): void {
      rmSync(this.state);
    }

    apply(changed?: Partial<XenGuestProps>): string {
      const { status, output } = this.run(["apply", "-auto-approve"], changed);
      if (status !== 0) throw new Error(output);
      return output;
    }
  }

  const reached = (): XenGuestProps["host"] => ({
    address: "127.0.0.1",
    port: host.port,
    privateKeyFile: host.files.key,
    knownHostsFile: host.knownHostsFile,
  });
  const deployment = new Deployment("ours");
  const guests = (): string => host.run("xl list | awk 'NR > 1 { print $1, $3 }'");
  const below = (path: string): string => host.run(`find /srv/guests/${path} -mindepth 1 -maxdepth 1 -printf '%f\\n'`);

  /** Until the guest's console asks for a login. */
  async function login(name: string): Promise<string> {
    for (let left = 60; left > 0; left--) {
      const prompt = /^(\w+) login:/m.exec(host.console(name).slice(-2000))?.[1];
      if (prompt !== undefined) return prompt;
      await pause(5000);
    }
    throw new Error(host.console(name).slice(-2000));
  }

  it("it starts the kernel that the real pygrub finds, which is what the check finds", async () => {
    const found = await ByteFile.read(first, readBootConfiguration);
    const lines = host.pygrub(first, folder);
    expect(lines["args"]).toBe(found.entry?.kernelLine);
    expect(lines["kernel"]).toBeDefined();
    expect(lines["ramdisk"]).toBeDefined();
  });

  it("a guest is deployed and asks for a login, and the next plan changes nothing", async () => {
    deployment.apply();
    expect(guests()).toBe("Domain-0 768\nweb 384");
    expect(await login("web")).toBe("demo");
    expect(deployment.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
  });

  it("another deployment's guest of that name, and one that nobody deployed, are refused in the plan", () => {
    const other = new Deployment("other").run(["plan"]);
    expect(other).toMatchObject({
      status: 1,
      output: expect.stringMatching(/"web" of this host belongs to another/) as string,
    });
    const byHand = new Deployment("other").run(["plan"], { name: "Domain-0" });
    expect(byHand).toMatchObject({
      status: 1,
      output: expect.stringMatching(/"Domain-0" runs .* no deployment made/) as string,
    });
  });

  it.each<[string, () => Partial<XenGuestProps["host"]>, RegExp]>([
    ["another port", () => ({ port: 1 }), /127.0.0.1 does not answer on port 1: .*refused/],
    ["another host key", () => ({ knownHostsFile: otherHostKey() }), /has another host key than/],
    [
      "an unknown host key",
      () => ({ knownHostsFile: "/dev/null" }),
      /host key of Xen host 127.0.0.1 is not in \/dev\/null/,
    ],
    ["another key", () => ({ privateKeyFile: otherKey() }), /refuses user "root" with the key .*: add the public key/],
  ])("the plan says in one message what to do with %s", (_, changed, message) => {
    const { status, output } = deployment.run(["plan"], {
      host: { ...reached(), folder: "/srv/guests", ...changed() },
    });
    expect({ status, output }).toMatchObject({ status: 1, output: expect.stringMatching(message) as string });
  });

  it("a host without xl is told so", () => {
    host.run("mv /usr/sbin/xl /usr/sbin/xl.aside");
    try {
      expect(deployment.run(["plan"]).output).toMatch(/this host has no xl: install Xen's tools/);
    } finally {
      host.run("mv /usr/sbin/xl.aside /usr/sbin/xl");
    }
  });

  it("a guest that was removed by hand is started again, from its disk as it was", () => {
    const inode = host.run("stat -c %i /srv/guests/guests/web/disk.raw");
    host.run("xl destroy web");
    expect(deployment.apply()).toMatch(/running.* must be replaced/);
    expect(guests()).toContain("web 384");
    expect(host.run("stat -c %i /srv/guests/guests/web/disk.raw")).toBe(inode);
  });

  it("a deployment that has lost its state finds the guest as it is", () => {
    const running = host.run("xl domid web");
    deployment.loseState();
    expect(deployment.apply()).toMatch(/3 added, 0 changed, 0 destroyed/);
    expect(host.run("xl domid web")).toBe(running);
  });

  it("another definition restarts the guest, from its disk as it was", () => {
    const inode = host.run("stat -c %i /srv/guests/guests/web/disk.raw");
    deployment.apply({ memoryMiB: 448 });
    expect(guests()).toContain("web 448");
    expect(host.run("stat -c %i /srv/guests/guests/web/disk.raw")).toBe(inode);
  });

  it("a PVH guest starts from the same disk", async () => {
    deployment.apply({ type: "pvh" });
    expect(await login("web")).toBe("demo");
  });

  it("a new image replaces the guest, and the old image leaves the host", async () => {
    const output = deployment.apply({ image: imageOf(second) });
    expect(output.indexOf("image (local-exec)")).toBeLessThan(output.indexOf("disk: Destroying"));
    expect(below("images")).toBe(sha256(second));
    expect(await login("web")).toBe("other");
  });

  it("what a broken transfer left goes, and a guest whose record is damaged is made anew", () => {
    host.run(
      "cd /srv/guests; mkdir -p images/x/users images/x/part; : > images/x/part/disk.raw; rm guests/web/disk.id",
    );
    deployment.apply({ image: imageOf(second) });
    expect([below("guests"), below("images")]).toEqual(["web", sha256(second)]);
    expect(deployment.run(["plan", "-detailed-exitcode"], { image: imageOf(second) })).toMatchObject({ status: 0 });
  });

  it("destroy leaves no guest, no disk and no image on the host", () => {
    expect(deployment.run(["destroy", "-auto-approve"])).toMatchObject({ status: 0 });
    expect(guests()).toBe("Domain-0 768");
    expect([below("guests"), below("images")]).toEqual(["", ""]);
  });

  function otherKey(): string {
    const key = join(folder, "other-key");
    spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    return key;
  }

  function otherHostKey(): string {
    const file = join(folder, "other-known-hosts");
    const key = execFileSync("ssh-keygen", ["-y", "-f", otherKey()], { encoding: "utf8" });
    writeFileSync(file, `[127.0.0.1]:${host.port} ${key}`);
    return file;
  }
});

/** A disk as an image made elsewhere. */
function imageOf(path: string) {
  return imageFromPath({ name: "web", path, format: "raw", fingerprint: sha256(path) });
}

/** Gives the system on a disk another host name. Its partition begins at 1 MiB. */
function rename(disk: string, name: string): void {
  const file = `${disk}.hostname`;
  writeFileSync(file, `${name}\n`);
  for (const request of ["rm /etc/hostname", `write ${file} /etc/hostname`]) {
    execFileSync("debugfs", ["-w", "-R", request, `${disk}?offset=${1024 ** 2}`], { stdio: "ignore" });
  }
}
