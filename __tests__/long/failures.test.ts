import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { BuildFailed, type Failure } from "../../builder/failure";
import { build } from "../../builder/main";
import { Login } from "../../recipe/login";
import { recordFailure } from "../support/failure-table";
import { demoKickstart, writeRequest, type TestImage } from "../support/request";
import { tinyImage, tinyMedium } from "../support/tiny-medium";
import { tinySystem } from "../support/tiny-system";
import { temporaryFolder } from "../support/temporary";

let folder: string;

beforeAll(() => {
  // The mistakes are made to reach the installer: without the checks, which would name them before anything boots.
  process.env["OS_IMAGES_NO_VALIDATE"] = "1";
  process.env["OS_IMAGES_SLOTS"] = "8";
  folder = temporaryFolder("failures");
});

/** Builds what cannot be built; gives the report, and adds it to the table of failures. */
async function failureOf(title: string, image: TestImage, change?: (template: string) => string): Promise<Failure> {
  const { file, image: place } = writeRequest(join(folder, "store"), { name: "failing", revision: title, ...image });
  const template = join(file, "..", `${image.name ?? "failing"}.pkr.json`);
  if (change !== undefined) writeFileSync(template, change(readFileSync(template, "utf8")));
  const error = await build(file, { write: () => undefined }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof BuildFailed)) throw new Error(`no failed build, but ${String(error)}`);
  expect(existsSync(join(place, "manifest.json"))).toBe(false);
  expect(existsSync(join(error.failure.evidence, "packer.log"))).toBe(true);
  recordFailure(title, error.failure);
  return error.failure;
}

/** A kickstart with the marker makes the build's login itself. */
const KEY_ELSEWHERE = "\n%post\necho '@@ssh_key@@' > /root/build-key\n%end\n";

/** What is done, the cause that is to be named, and the change to the demo image's kickstart. */
const KICKSTARTS: readonly (readonly [string, string, (kickstart: string) => string])[] = [
  ["a command that does not exist", "kickstart syntax", (text) => text.replace("zerombr", "zerombrr")],
  [
    "a root file system at a port where nobody listens",
    "repository unreachable",
    (text) => text.replace(/^liveimg .*$/m, "liveimg --url=http://10.0.2.2:1/rootfs.tar"),
  ],
  ["a disk that is not there", "wrong disk name", (text) => `ignoredisk --only-use=sdq\n${text}`],
  [
    "a script that ends the installation",
    "kickstart script failed",
    (text) => `${text}\n%pre --erroronfail\nexit 3\n%end\n`,
  ],
  ["a login without its user", "login refused: user", (text) => `${text}${KEY_ELSEWHERE}`],
  [
    "a user without the build's key",
    "login refused: key or password",
    (text) => `user --name=packer\n${text}${KEY_ELSEWHERE}`,
  ],
  [
    "a system without an SSH server",
    "login refused: no SSH server",
    (text) => text.replace("services --enabled=ssh", "services --disabled=ssh"),
  ],
  [
    "a firewall that drops what comes from port 22",
    "login refused: firewall or network",
    (text) => atEnd(text, DROP_SSH),
  ],
  [
    "a file system that is not there",
    "installed system stopped in emergency mode",
    (text) => atEnd(text, "echo '/dev/vdz1 /missing ext4 defaults,x-systemd.device-timeout=2s 0 2' >> /etc/fstab"),
  ],
  [
    "a first process that ends",
    "kernel panic",
    (text) => text.replace("console=ttyS0,115200", "console=ttyS0,115200 init=/bin/false"),
  ],
  [
    "a root file system that is not there",
    "root file system not found",
    (text) => atEnd(text, "sed -i 's/root=UUID=[^ ]*/root=UUID=0-0 rootdelay=3/' $(grep -rl root=UUID= /boot)"),
  ],
  [
    "an installed kernel that waits for its root for ever",
    "installed system does not come up",
    (text) => atEnd(text, "sed -i 's/root=UUID=[^ ]*/root=UUID=0-0 rootdelay=900/' $(grep -rl root=UUID= /boot)"),
  ],
];

/**
 * Drops by routing, as the demo image has no packet filter: what the guest sends from port 22 goes nowhere. systemd-networkd
 * would remove a rule that is not its own.
 */
const DROP_SSH = `mkdir -p /etc/systemd/networkd.conf.d
printf '[Network]\\nManageForeignRoutingPolicyRules=no\\n' > /etc/systemd/networkd.conf.d/foreign-rules.conf
cat > /etc/systemd/system/drop-ssh.service <<'END'
[Unit]
DefaultDependencies=no
Before=network-pre.target
Wants=network-pre.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/ip rule add priority 1 ipproto tcp sport 22 type blackhole
[Install]
WantedBy=sysinit.target
END
systemctl enable drop-ssh.service`;

function atEnd(kickstart: string, command: string): string {
  return kickstart.replace(/%end\s*$/, `${command}\n%end\n`);
}

test.each(KICKSTARTS)(
  "%s is named: %s",
  async (title, cause, change) => {
    const failure = await failureOf(title, { kickstart: change(demoKickstart()), loginTimeoutSeconds: 100 });
    expect(failure.cause).toBe(cause);
    expect(existsSync(join(failure.evidence, "screenshot.png"))).toBe(true);
  },
  300_000,
);

test("a kickstart that nobody serves is named", async () => {
  const failure = await failureOf("a kickstart that is not served", {}, (template) =>
    template.replace('/${var.http_path}ks.cfg"', '/${var.http_path}another.cfg"'),
  );
  expect(failure.cause).toBe("kickstart unreachable");
}, 300_000);

test("keys that were lost are named", async () => {
  const change = { boot: "bootCommand", bootCommand: ["<enter>"], machineType: "pc", bootWaitSeconds: 10 } as const;
  const failure = await failureOf("a boot command that names no kickstart", change);
  expect(failure.cause).toBe("kickstart not given");
}, 300_000);

test("a disk that is too small for the system is named", async () => {
  const failure = await failureOf("a disk of 128 MiB", { diskSize: "128M" });
  expect(failure.cause).toBe("no space in the guest");
}, 300_000);

test("a guest with too little memory is named", async () => {
  const failure = await failureOf("80 MiB of memory", { memoryMiB: 80, installTimeoutSeconds: 60 });
  expect(failure.cause).toBe("out of memory in the guest");
}, 300_000);

test("a shutdown that does not happen is named", async () => {
  const failure = await failureOf("a shutdown command that does nothing", { shutdownCommand: "true" }, (template) =>
    template.replace('"shutdown_timeout": "5m"', '"shutdown_timeout": "5s"'),
  );
  expect(failure.cause).toBe("shutdown hangs");
}, 300_000);

test("a machine that restarts for ever is named", async () => {
  const medium = tinyMedium(folder, 1, "reset");
  expect((await failureOf("an endless restart", tinyImage(medium))).cause).toBe("reboot loop");
}, 120_000);

test("an installed disk without a boot loader is named", async () => {
  const medium = tinyMedium(folder, 1, "reset without a boot record");
  expect((await failureOf("a disk without a boot loader", tinyImage(medium))).cause).toBe("no bootable device");
}, 120_000);

test("a medium that no firmware starts is named", async () => {
  const tree = join(folder, "tree");
  const iso = join(folder, "no-boot.iso");
  mkdirSync(tree);
  writeFileSync(join(tree, "readme"), "no boot record\n");
  execFileSync("xorriso", ["-as", "mkisofs", "-quiet", "-o", iso, tree], { stdio: "ignore" });
  const sha256 = createHash("sha256").update(readFileSync(iso)).digest("hex");
  const failure = await failureOf("a medium without a boot record", tinyImage({ iso, sha256 }));
  expect(failure.cause).toBe("medium not bootable");
}, 120_000);

test("an accelerator that QEMU does not have is named", async () => {
  const medium = tinyMedium(folder, 3);
  const failure = await failureOf("an accelerator of another system", tinyImage(medium), (template) =>
    template.replace('"${var.accelerator}"', '"hvf"'),
  );
  expect(failure.cause).toBe("accelerator failed");
}, 120_000);

test("a phase that lasts too long is named", async () => {
  const image = { ...tinyImage(tinyMedium(folder, 60)), installTimeoutSeconds: 5 };
  expect((await failureOf("an installer that does not end", image)).cause).toBe("time-out");
}, 120_000);

test("a port that something else listens at is named", async () => {
  const { server, port } = await listening(createServer());
  const device = `[["-chardev", "socket,id=taken,host=127.0.0.1,port=${port},server=on,wait=off"]]`;
  const failure = await failureOf("a port that is taken", tinyImage(tinyMedium(folder, 3)), (template) =>
    template.replace('"${var.qemuargs}"', JSON.stringify(`\${concat(var.qemuargs, ${device})}`)),
  );
  server.close();
  expect(failure.cause).toBe("port taken");
}, 120_000);

test("a medium that is another one by the time Packer reads it is named", async () => {
  const medium = tinyMedium(folder, 3);
  const failure = await failureOf("a medium with another checksum", tinyImage(medium), (template) =>
    template.replace(medium.sha256, "1".repeat(64)),
  );
  expect(failure.cause).toBe("medium damaged");
}, 120_000);

test("more memory than the host has is named", async () => {
  const medium = tinyMedium(folder, 3);
  const failure = await failureOf("memory that the host does not have", tinyImage(medium), (template) =>
    template.replace('"memory": 64', '"memory": 500000000'),
  );
  expect(failure.cause).toBe("out of memory on the host");
}, 120_000);

test("a sealing step that fails is named, and its image is not published", async () => {
  const { iso, sha256, keyFile } = tinySystem(mkdtempSync(join(folder, "system-")));
  const buildLogin = Login.privateKey(keyFile, { username: "root" });
  const image = { ...tinyImage({ iso, sha256 }), kickstart: "reboot\n", buildLogin, memoryMiB: 128 };
  expect((await failureOf("a system that sealing does not fit", image)).cause).toBe("sealing failed");
}, 120_000);

test("a guest that powers off instead of restarting is named", async () => {
  const image = {
    ...tinyImage(tinyMedium(folder, 3)),
    buildLogin: Login.buildKey(),
    kickstart: "poweroff # @@ssh_key@@\n",
  };
  expect((await failureOf("a kickstart that ends by poweroff", image)).cause).toBe("qemu ended");
}, 120_000);

async function listening<Some extends Server>(server: Some): Promise<{ server: Some; port: number }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}
