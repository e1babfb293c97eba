import { diskUses } from "../../../../kickstart/checks/disks";
import { wantedEnd } from "../../../../kickstart/checks/context";
import { isGpt } from "../../../../kickstart/checks/layout";
import { biosLayout } from "../../../../kickstart/checks/rules/bios-layout";
import { diskName } from "../../../../kickstart/checks/rules/disk-name";
import { diskSize } from "../../../../kickstart/checks/rules/disk-size";
import { displayMode } from "../../../../kickstart/checks/rules/display-mode";
import { endMissing } from "../../../../kickstart/checks/rules/end-missing";
import { localeMissing } from "../../../../kickstart/checks/rules/locale-missing";
import { loginCredential } from "../../../../kickstart/checks/rules/login-credential";
import { loginRoot } from "../../../../kickstart/checks/rules/login-root";
import { loginSshd } from "../../../../kickstart/checks/rules/login-sshd";
import { loginUser } from "../../../../kickstart/checks/rules/login-user";
import { loginSudo } from "../../../../kickstart/checks/rules/login-sudo";
import { placeholder } from "../../../../kickstart/checks/rules/placeholder";
import { plainPassword } from "../../../../kickstart/checks/rules/plain-password";
import { rootMissing } from "../../../../kickstart/checks/rules/root-missing";
import { timeZone } from "../../../../kickstart/checks/rules/time-zone";
import { OsRelease } from "../../../../recipe/release";
import { command, image, parsed, section } from "../../../support/parsed-kickstart";

const messages = (hits: { message: string }[]) => hits.map(({ message }) => message);

test("disks are read from kernel names, device files and partitions, and from nothing else", () => {
  const lines = [
    command("part", { onPart: "/dev/nvme0n1p3" }),
    command("part", { disk: "vdab" }),
    command("clearpart", { drives: ["sda", "disk/by-id/ata-x", "LABEL=root", "mmcblk0"] }),
    command("part", { mountpoint: "/srv/sda" }),
  ];
  expect(diskUses(parsed(lines)).map(({ disk }) => disk)).toEqual(["nvme0n1", "vdab", "sda", "mmcblk0"]);
});

test("disks that are to be ignored may have any name", () => {
  const ignored = parsed([command("ignoredisk", { ignoredisk: ["sda"] })]);
  expect(diskName.check(ignored, image({ diskInterface: "virtio" }))).toEqual([]);
});

test("disks, memory and size are not checked when the image does not give them", () => {
  const lines = parsed([command("part", { disk: "sda", size: 9_999_999, mountpoint: "/" })]);
  expect(diskName.check(lines, image())).toEqual([]);
  expect(diskSize.check(lines, image())).toEqual([]);
});

test.each([
  ["Enterprise Linux 9", OsRelease.ROCKY_9, "", false],
  ["Enterprise Linux 10", OsRelease.ROCKY_10, "", true],
  ["Fedora 36", OsRelease.byId("fedora36"), "", false],
  ["Fedora 44", OsRelease.FEDORA_44, "", true],
  ["inst.gpt on the boot line", OsRelease.ROCKY_9, "inst.text inst.gpt", true],
  ["inst.disklabel=mbr on the boot line", OsRelease.ROCKY_10, "inst.disklabel=mbr", false],
])("it knows whether a new disk gets GPT: %s", (_name, release, bootLine, expected) => {
  expect(isGpt(parsed([]), image({ bootLine }, release))).toBe(expected);
});

test("clearpart's label counts more than the release's default", () => {
  const lines = parsed([command("clearpart", { disklabel: "msdos" })]);
  expect(isGpt(lines, image({}, OsRelease.ROCKY_10))).toBe(false);
});

test("reqpart, autopart and a disabled boot loader need no BIOS boot partition", () => {
  const bios = image({ firmware: "bios" }, OsRelease.ROCKY_10);
  const part = command("part", { mountpoint: "/" });
  expect(biosLayout.check(parsed([part]), bios)).toHaveLength(1);
  for (const more of [command("reqpart"), command("autopart"), command("bootloader", { disabled: true })]) {
    expect(biosLayout.check(parsed([part, more]), bios)).toEqual([]);
  }
});

test("a file system that grows counts with its smallest size", () => {
  const disk = image({ diskMiB: 5000 });
  expect(diskSize.check(parsed([command("part", { mountpoint: "/", size: 1, grow: true })]), disk)).toEqual([]);
  expect(messages(diskSize.check(parsed([command("part", { mountpoint: "/", size: 5000 })]), disk))).toEqual([
    expect.stringContaining("the partitions take 5000 MiB, but the disk has 5000 MiB"),
  ]);
});

test("members of a RAID lie on several disks and are not added up", () => {
  const lines = [1, 2].map((index) => command("part", { mountpoint: `raid.0${index}`, size: 4000 }));
  expect(diskSize.check(parsed(lines), image({ diskMiB: 5000 }))).toEqual([]);
});

test("nothing counts as missing when an include cannot be read", () => {
  const unresolved = [{ file: "ks.cfg", line: 1, target: "/tmp/part", reason: "runtime" as const }];
  expect(endMissing.check(parsed([]), image())).toHaveLength(1);
  expect(endMissing.check(parsed([], { unresolved }), image())).toEqual([]);
  expect(endMissing.check(parsed([], { complete: false }), image())).toEqual([]);
});

test("a command that the parser refuses is not missing too", () => {
  expect(rootMissing.check(parsed([command("rootpw", {}, { accepted: false })]), image())).toEqual([]);
});

test("an unlocked user in wheel is an administrator, a locked one is not", () => {
  const user = (more: object) => parsed([command("user", { name: "admin", groups: ["wheel"], ...more })]);
  expect(rootMissing.check(user({}), image())).toEqual([]);
  expect(rootMissing.check(user({ lock: true }), image())).toHaveLength(1);
});

test("the boot line can add what the kickstart does not say", () => {
  expect(displayMode.check(parsed([]), image({ bootLine: "quiet inst.text" }))).toEqual([]);
  expect(displayMode.check(parsed([]), image({ bootLine: "<tab>text ks=http://h/<enter>" }))).toEqual([]);
  expect(displayMode.check(parsed([]), image({ bootLine: "<tab> context ks=x<enter>" }))).toHaveLength(1);
  expect(displayMode.check(parsed([]), image({ bootLine: "" }))).toMatchObject([{ severity: "warning" }]);
  expect(displayMode.check(parsed([]), image())).toMatchObject([{ severity: "info" }]);
});

test("only Enterprise Linux 7 asks for a time zone", () => {
  const has = parsed([command("lang"), command("keyboard")]);
  expect(localeMissing.check(has, image({}, OsRelease.CENTOS_7))).toMatchObject([{ severity: "error" }]);
  expect(localeMissing.check(has, image())).toMatchObject([{ severity: "warning" }]);
});

test.each(["Etc/UTC", "UTC", "US/Eastern", "Europe/Berlin", "GMT", "$ZONE"])("%s passes as a time zone", (timezone) => {
  expect(timeZone.check(parsed([command("timezone", { timezone })]), image())).toEqual([]);
});

test("the end of the installation follows from the login, unless the image says it", () => {
  expect(wantedEnd(image())).toBeUndefined();
  expect(wantedEnd(image({ login: { kind: "none" } }))).toBe("poweroff");
  expect(wantedEnd(image({ login: { kind: "buildKey", username: "a" } }))).toBe("reboot");
  expect(wantedEnd(image({ login: { kind: "buildKey", username: "a" }, end: "poweroff" }))).toBe("poweroff");
});

test.each([
  ["rhel8", 0],
  ["rhel9", 1],
  ["fedora30", 0],
  ["fedora44", 1],
])("it knows whether sshd of %s lets root in with a password", (release, count) => {
  const login = image({ login: { kind: "password", username: "root" } }, OsRelease.byId(release));
  expect(loginRoot.check(parsed([command("rootpw", { password: "x" })]), login)).toHaveLength(count);
  expect(loginRoot.check(parsed([command("rootpw", { password: "x", allow_ssh: true })]), login)).toEqual([]);
});

test("a kickstart without the key's marker needs no user, key or sudo rule: the build brings them", () => {
  const buildKey = image({ login: { kind: "buildKey", username: "packer" } });
  for (const rule of [loginUser, loginCredential, loginSudo]) {
    expect(rule.check(parsed([], {}, "text\n# @@ssh_key@@\n"), buildKey)).toEqual([]);
  }
  expect(loginUser.check(parsed([], {}, "text\necho @@ssh_key@@\n"), buildKey)).toHaveLength(1);
});

test("the key's marker counts anywhere in the kickstart", () => {
  const buildKey = image({ login: { kind: "buildKey", username: "packer" } });
  const post = { sections: [section("%post", "echo @@ssh_key@@ > /root/key\n")] };
  expect(loginCredential.check(parsed([], post, "%post\necho @@ssh_key@@ > /root/key\n"), buildKey)).toEqual([]);
});

test.each([
  ["AllowUsers packer admin", 0],
  ["AllowGroups staff wheel", 0],
  ["AllowUsers p*", 0],
  ["AllowUsers $user", 0],
  ["# AllowUsers admin", 0],
  ["AllowUsers admin", 1],
  ["AllowGroups admins", 1],
  ["sed -i 's/PubkeyAuthentication no/PubkeyAuthentication yes/' f", 0],
  ["PasswordAuthentication no", 0],
  ["PubkeyAuthentication no", 1],
])("it knows whether sshd lets the build's user in: %s", (line, count) => {
  const login = image({ login: { kind: "buildKey", username: "packer" } });
  const kickstart = parsed([command("user", { name: "packer", groups: ["wheel"] })], {
    sections: [section("%post", `echo '${line}' >> /etc/ssh/sshd_config\n`.replace("echo '#", "# echo '"))],
  });
  expect(loginSshd.check(kickstart, login)).toHaveLength(count);
});

test("NOPASSWD has to be about the build's user or a group of it", () => {
  const login = image({ login: { kind: "privateKey", username: "packer" } });
  const withLine = (line: string, groups: string[] = []) =>
    loginSudo.check(
      parsed([command("user", { name: "packer", groups })], { sections: [section("%post", `${line}\n`)] }),
      login,
    );
  expect(withLine("echo 'packer ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/packer")).toEqual([]);
  expect(withLine("echo '%wheel ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/wheel", ["wheel"])).toEqual([]);
  expect(withLine("echo '%wheel ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/wheel")).toHaveLength(1);
  expect(withLine("echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin")).toHaveLength(1);
});

test.each([
  ["a secret's marker", { password: "@@secret:root@@" }],
  ["a hash without --iscrypted, which has a code of its own", { password: "$6$salt$hash" }],
  ["a value with --iscrypted", { password: "$6$salt$hash", isCrypted: true }],
  ["no password", { lock: true }],
])("%s is no password in plain text", (_name, values) => {
  expect(plainPassword.check(parsed([command("rootpw", values)]), image())).toEqual([]);
});

test.each([
  ["echo 'root:secret' | chpasswd", 1],
  ["printf 'root:secret' | chpasswd -c SHA512", 1],
  ["echo secret | passwd --stdin root", 1],
  ['echo "root:$PASSWORD" | chpasswd', 0],
  ["echo 'root:@@secret:root@@' | chpasswd", 0],
  ["echo 'root:$6$salt$hash' | chpasswd -e", 0],
  ["echo hello | tee /etc/motd", 0],
])("the script line %s sets %d passwords in plain text", (line, count) => {
  const script = parsed([], { sections: [section("%post", `set -e\n${line}\n`, 7)] });
  const hits = plainPassword.check(script, image());
  expect(hits.map(({ at }) => at?.line)).toEqual(count === 0 ? [] : [9]);
});

test.each([
  ["--url=http://mirror/$releasever/$basearch/", 0],
  ["--password=$6$abc$DEFghi", 0],
  ["--password=@@secret:root@@", 0],
  ["--gecos=Jane <jane@example.com>", 0],
  ["--hostname=$HOST", 1],
  ["--hostname=${host}", 1],
  ["--hostname=<hostname>", 1],
  ["--hostname={{ host }}", 1],
  ["--hostname=@@host@@", 1],
  ["--hostname=%%HOST%%", 1],
])("the word %s has %d placeholders", (word, count) => {
  expect(placeholder.check(parsed([command("x", {}, { args: [word] })]), image())).toHaveLength(count);
});

test("scripts may use the shell's own dollars and braces", () => {
  const body = 'for file in "$@"; do echo "${file}" $(date) {{a,b}}; done\n';
  expect(placeholder.check(parsed([], { sections: [section("%post", body)] }), image())).toEqual([]);
});
