import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { App, LocalBackend, TerraformStack } from "cdktf";
import { build } from "../../builder/main";
import { useProviders } from "../../constructs/image-stack";
import { ImageExport } from "../../constructs/image-export";
import { imageFromPath, type MachineImage } from "../../constructs/machine-image";
import { XenGuest, type XenGuestProps } from "../../constructs/xen-guest";
import { toolEnvironment } from "../../host/environment";
import { requireTool } from "../../host/find";
import { Platform } from "../../platforms/platform";
import { setUp } from "../../setup/set-up";
import { XEN_STEPS } from "../../setup/steps";
import { sha256 } from "../../util/digest";
import { demoKickstart, writeRequest } from "../support/request";
import { temporaryFolder } from "../support/temporary";
import { XenHost } from "../support/xen/host";
import { whyNoXenHost } from "../support/xen/make";

jest.setTimeout(1_200_000);

const why = whyNoXenHost();
const describeWithXen = why === "" ? describe : describe.skip;

describeWithXen(`guests of a real Xen 4.17${why && ` (skipped: ${why})`}`, () => {
  const folder = temporaryFolder("xen");
  const key = makeKey("admin");
  let host: XenHost;
  /** The disk of an image as it was built, qcow2, and another image with another host name. */
  let disk: string;
  let other: string;

  beforeAll(async () => {
    await setUp(XEN_STEPS);
    const kickstart = demoKickstart(readFileSync(`${key}.pub`, "utf8").trim());
    const { file, image } = writeRequest(join(folder, "store"), { kickstart });
    const manifest = await build(file, { write: () => undefined });
    disk = join(image, manifest.disk.file);
    other = join(folder, "other.raw");
    execFileSync("qemu-img", ["convert", "-O", "raw", disk, other]);
    rename(other, "other");
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
        image: exported(stack),
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

  /** What a stack exports for Xen of the built image. */
  function exported(stack: TerraformStack): MachineImage {
    const { fingerprint } = imageOf(disk, "qcow2");
    const login = { username: "admin", method: "key" } as const;
    const built = imageFromPath({
      name: "web",
      path: disk,
      format: "qcow2",
      fingerprint,
      login,
      store: join(folder, "exports"),
    });
    return new ImageExport(stack, "xen", { image: built, platform: Platform.xen() }).asImage;
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

  /** Deploys a guest that is thereby started, on a console of its own. */
  function deployStarted(changed: Partial<XenGuestProps> = {}): void {
    host.forgetConsole("web");
    deployment.apply(changed);
  }

  /** What a pattern's group matches on the guest's console, as soon as it does. */
  async function seen(pattern: RegExp): Promise<string> {
    for (let left = 60; left > 0; left--) {
      const found = pattern.exec(host.console("web"))?.[1];
      if (found !== undefined) return found;
      await pause(10_000);
    }
    throw new Error(host.console("web").slice(-2000));
  }

  /** The host name that the guest's console asks for a login with. */
  const prompt = (): Promise<string> => seen(/^(\w+) login:/m);

  it("a PV guest starts from an export for Xen by pygrub, and the next plan changes nothing", async () => {
    deployStarted();
    expect(await prompt()).toBe("demo");
    expect(guests()).toBe("Domain-0 768\nweb 384");
    expect(deployment.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
  });

  it("the guest has an address on the host's bridge, and its user logs in there by way of the host", async () => {
    expect(await hostNameOverNetwork()).toBe("demo");
    const [mac] = /00:16:3e(:[0-9a-f]{2}){3}/.exec(host.run("xl network-list web")) ?? [];
    expect(host.run(`ip neigh show ${GUEST_ADDRESS} dev xenbr0`)).toContain(`lladdr ${mac}`);
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
    [
      "another key",
      () => ({ privateKeyFile: makeKey("stranger") }),
      /refuses user "root" with the key .*: add the public key/,
    ],
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
    expect(deployment.apply()).toMatch(/ added, 0 changed, 0 destroyed/);
    expect(host.run("xl domid web")).toBe(running);
  });

  it("a guest with more memory than the host has is not started, and keeps its disk for the next deploy", () => {
    const inode = host.run("stat -c %i /srv/guests/guests/web/disk.raw");
    const { status, output } = deployment.run(["apply", "-auto-approve"], { memoryMiB: 4096 });
    expect(output).toMatch(/guest "web" needs 4096 MiB .* host has \d+ MiB .*: write a smaller memoryMiB/);
    expect(status).toBe(1);
    expect(host.run("stat -c %i /srv/guests/guests/web/disk.raw")).toBe(inode);
  });

  it("a guest on a bridge that the host lacks is not started", () => {
    const { status, output } = deployment.run(["apply", "-auto-approve"], { bridge: "nobr" });
    expect(output).toMatch(/does not start the guest "web": .*nobr/);
    expect(status).toBe(1);
  });

  it("another definition restarts the guest, from its disk as it was", () => {
    const inode = host.run("stat -c %i /srv/guests/guests/web/disk.raw");
    deployment.apply({ memoryMiB: 448 });
    expect(guests()).toContain("web 448");
    expect(host.run("stat -c %i /srv/guests/guests/web/disk.raw")).toBe(inode);
  });

  it("an image that is lost before it is sent leaves the guest as it runs", () => {
    const running = host.run("xl domid web");
    const { status, output } = deployment.run(["apply", "-auto-approve"], { image: imageOf(join(folder, "lost.raw")) });
    expect(output).toMatch(/lost\.raw is missing: deploy the image's stack, which builds it/);
    expect(status).toBe(1);
    deployment.apply({ memoryMiB: 448 });
    expect(host.run("xl domid web")).toBe(running);
  });

  it("a new image replaces the guest, and the old image leaves the host", async () => {
    deployStarted({ image: imageOf(other) });
    expect(below("images")).toBe(sha256(other));
    expect(await prompt()).toBe("other");
  });

  it("what a broken transfer left goes, and a guest whose record is damaged is made anew", () => {
    host.run(
      "cd /srv/guests; mkdir -p images/x/users images/x/part; : > images/x/part/disk.raw; rm guests/web/disk.id",
    );
    deployment.apply({ image: imageOf(other) });
    expect([below("guests"), below("images")]).toEqual(["web", sha256(other)]);
    expect(deployment.run(["plan", "-detailed-exitcode"], { image: imageOf(other) })).toMatchObject({ status: 0 });
  });

  // Xen's nested paging is emulated too: neither such guest came to its login in ten minutes.
  it("a PVH guest runs the system of the same disk, which pygrub starts", async () => {
    deployStarted({ type: "pvh", image: imageOf(other) });
    expect(await seen(/Hostname set to <(\w+)>/)).toBe("other");
  });

  it("an HVM guest of the same disk is started with a device model", () => {
    deployStarted({ type: "hvm", image: imageOf(other) });
    expect(host.run("xl list -l web")).toMatch(/"type": "hvm"/);
    expect(host.run("ps axww")).toMatch(/qemu-system-i386 .*\/srv\/guests\/guests\/web\/disk.raw/);
  });

  it("destroy leaves no guest, no disk and no image on the host", () => {
    expect(deployment.run(["destroy", "-auto-approve"])).toMatchObject({ status: 0 });
    expect(guests()).toBe("Domain-0 768");
    expect([below("guests"), below("images")]).toEqual(["", ""]);
  });

  /** The guest's host name as its user sees it, as soon as its sshd answers. */
  async function hostNameOverNetwork(): Promise<string> {
    for (let left = 12; ; left--) {
      try {
        return host.runInGuest({ address: GUEST_ADDRESS, user: "admin", key }, "hostname");
      } catch (error) {
        if (left === 0) throw error;
        await pause(5000);
      }
    }
  }

  function makeKey(name: string): string {
    const file = join(folder, name);
    spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file]);
    return file;
  }

  function otherHostKey(): string {
    const file = join(folder, "other-known-hosts");
    const text = execFileSync("ssh-keygen", ["-y", "-f", makeKey("other-host")], { encoding: "utf8" });
    writeFileSync(file, `[127.0.0.1]:${host.port} ${text}`);
    return file;
  }
});

/** The first that QEMU's DHCP server gives away: https://www.qemu.org/docs/master/system/devices/net.html */
const GUEST_ADDRESS = "10.0.2.15";

/** A disk as an image made elsewhere. */
function imageOf(path: string, format: "raw" | "qcow2" = "raw") {
  return imageFromPath({ name: "web", path, format, fingerprint: sha256(path) });
}

/** Gives the system on a disk another host name. Its partition begins at 1 MiB. */
function rename(disk: string, name: string): void {
  const file = `${disk}.hostname`;
  writeFileSync(file, `${name}\n`);
  for (const request of ["rm /etc/hostname", `write ${file} /etc/hostname`]) {
    execFileSync("debugfs", ["-w", "-R", request, `${disk}?offset=${1024 ** 2}`], { stdio: "ignore" });
  }
}
