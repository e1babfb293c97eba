import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { BuildFailed } from "../../builder/failure";
import { build } from "../../builder/main";
import { Login } from "../../recipe/login";
import { Secret } from "../../recipe/secret";
import { demoKickstart, writeRequest, type TestImage } from "../support/request";
import { copyOut } from "../support/secrets/disk";
import { temporaryFolder } from "../support/temporary";

const TOKEN = "a-token-in-a-script-of-the-kickstart";

/** The demo image without a login, and with what must not stay; at each start it calls home. */
function kickstart(port: number): string {
  return `${demoKickstart().replace(/^reboot$/m, "poweroff")}
%post --log=/root/ks-post.log
echo '@@secret:TOKEN@@' > /dev/null
echo history > /root/.bash_history
cat > /etc/systemd/system/call-home.service <<'UNIT'
[Service]
Type=oneshot
ExecStart=/bin/bash -c 'for try in 1 2 3 4 5; do exec 3<>/dev/tcp/10.0.2.2/${port} && echo called >&3; sleep 1; done'
[Install]
WantedBy=sysinit.target
UNIT
systemctl enable call-home.service
%end`;
}

describe("an image that nobody logs in to", () => {
  const folder = temporaryFolder("no-login");
  const root = join(folder, "root");
  const output: string[] = [];
  let calls = 0;
  let server: Server;
  let image: TestImage;

  beforeAll(async () => {
    process.env["TOKEN"] = TOKEN;
    server = createServer((socket) => {
      calls++;
      socket.destroy();
    });
    await new Promise<void>((listens) => server.listen(0, "127.0.0.1", listens));
    const { port } = server.address() as AddressInfo;
    image = { buildLogin: Login.none(), kickstart: kickstart(port), secrets: [Secret.fromEnv("TOKEN")] };
    const written = writeRequest(join(folder, "store"), image);
    const { disk } = await build(written.file, { write: (line) => output.push(line) });
    copyOut(join(written.image, disk.file), root);
  }, 600_000);
  afterAll(() => server.close());

  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  const names = (path: string): string[] => (existsSync(join(root, path)) ? readdirSync(join(root, path)) : []);

  it("is sealed by the installer: no copy of the kickstart, no log, history, identity or temporary file", () => {
    expect(names("/root").filter((name) => /ks|history|log$/.test(name))).toEqual([]);
    expect(names("/var/log/anaconda")).toEqual([]);
    expect(names("/tmp")).toEqual([]);
    expect(read("/etc/machine-id")).toBe("");
    expect(names("/etc/ssh").filter((name) => name.startsWith("ssh_host_"))).toEqual([]);
    expect(statSync(join(root, "/var/log/lastlog")).size).toBe(0);
  });

  it("holds no secret that stood in a script", () => {
    expect(
      execFileSync("/bin/sh", ["-c", 'grep -rlaF "$1" "$2" || true', "sh", TOKEN, root], { encoding: "utf8" }),
    ).toBe("");
  });

  it("was started once, before it was published, and reached no network", () => {
    expect(output.join("\n")).toMatch(/verify[^]*it starts: (login prompt|SSH server)[^]*publish/);
    expect(names("/etc/systemd/system/sysinit.target.wants")).toContain("call-home.service");
    expect(calls).toBe(0);
  });

  it("is not published if it does not start, and the reason is named", async () => {
    const broken = image.kickstart?.replace("console=ttyS0,115200", "console=ttyS0,115200 init=/bin/false") ?? "";
    const { file, image: place } = writeRequest(join(folder, "store"), { ...image, kickstart: broken });
    const error = await build(file, { write: () => undefined }).catch((reason: unknown) => reason);
    if (!(error instanceof BuildFailed)) throw new Error(`no failed build, but ${String(error)}`);
    expect(error.failure).toMatchObject({ cause: "kernel panic", phase: "verify" });
    expect(readdirSync(error.failure.evidence)).toEqual(expect.arrayContaining(["console.log", "screenshot.png"]));
    expect(existsSync(join(place, "manifest.json"))).toBe(false);
  }, 600_000);
});
