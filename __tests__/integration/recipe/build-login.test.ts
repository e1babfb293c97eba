import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findPython, parseKickstarts } from "../../../kickstart/checks/parser";
import { OsRelease } from "../../../recipe/release";
import { buildLoginSection, Login } from "../../../recipe/login";
import { sealText } from "../../../recipe/seal";
import { runIn, unpackDemoSystem } from "../../support/demo-root";
import { temporaryFolder } from "../../support/temporary";

const KEY = "ssh-ed25519 AAAA os-images-build-of-demo";

describe("the section with the build's login", () => {
  const dialects = [...new Set(OsRelease.all().map(({ dialect }) => dialect))];
  const endings = {
    "a newline": "lang en_US.UTF-8\n",
    "no newline": "lang en_US.UTF-8",
    "an include": "%include /tmp/part.ks",
    "a section": "%post --nochroot --interpreter=/usr/bin/python3\nprint('%post')\n%end",
  };
  const files = dialects.flatMap((dialect) =>
    Object.entries(endings).map(([ending, own]) => ({
      ending,
      dialect,
      path: "ks.cfg",
      text: `${own}${buildLoginSection(Login.buildKey(), own)}`,
    })),
  );
  const parsed = parseKickstarts(files, findPython().path);

  it.each(files.map(({ dialect, ending }, index) => ({ dialect, ending, index })))(
    "parses as a section of its own in $dialect after $ending",
    ({ index }) => {
      const { problems, sections, complete } = parsed[index]!;
      const { name, args, closed, body } = sections.at(-1)!;
      expect({ problems, complete }).toEqual({ problems: [], complete: true });
      expect({ name, args, closed }).toEqual({ name: "%post", args: ["--erroronfail"], closed: true });
      expect(body).toMatch(/^set -eu\n[^]*user=packer\n[^]*\nif command -v restorecon .*\n$/);
    },
  );

  it("does not hide a section without %end before it", () => {
    const own = "lang en_US.UTF-8\n%packages\n@core\n";
    const text = `${own}${buildLoginSection(Login.buildKey(), own)}`;
    const [{ problems } = { problems: [] }] = parseKickstarts(
      [{ path: "ks.cfg", text, dialect: "rhel9" }],
      findPython().path,
    );
    expect(problems).toMatchObject([{ kind: "unterminated", line: 2, word: "%packages" }]);
  });
});

const whoMayUnpack = process.getuid?.() === 0 ? describe : describe.skip;

whoMayUnpack("the build's login in the demo system (needs root, to unpack it)", () => {
  const folder = temporaryFolder("login");
  let root = "";

  beforeAll(() => {
    root = unpackDemoSystem(folder);
    execFileSync("mount", ["--bind", "/proc", join(root, "proc")]);
    // What the tools make when they run first, whoever is made: lock, and copies of the files before their last change.
    run(
      "useradd --create-home someone; userdel --remove someone; mkdir -p /var/spool/cron/crontabs /var/lib/systemd/linger",
    );
  });
  afterAll(() => execFileSync("umount", [join(root, "proc")]));

  const run = (script: string): string => runIn(root, script);
  const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
  const read = (path: string): string => readFileSync(join(root, path), "utf8");

  /** What the section that is added to a kickstart does. */
  function install(username = "packer"): void {
    const [, script = ""] =
      /^%post.*\n([^]*)%end$/m.exec(buildLoginSection(Login.buildKey({ username }), "text\n")) ?? [];
    run(script.replace("@@ssh_key@@", KEY));
  }

  /** What the first sealing step does. */
  function seal(username = "packer"): void {
    run(sealText(["remove-build-user"], Login.buildKey({ username })).replace(/^systemctl poweroff.*$/m, ""));
  }

  /** Every file of the system with its owner, mode and content. */
  function snapshot(): Map<string, string> {
    const found = new Map<string, string>();
    const look = (path: string): void => {
      if (["/proc", "/tmp", "/usr"].includes(path)) return;
      const stats = lstatSync(join(root, path));
      const content = stats.isFile() ? readFileSync(join(root, path), "latin1") : "";
      const target = stats.isSymbolicLink() ? readlinkSync(join(root, path)) : "";
      found.set(path, `${stats.uid} ${stats.gid} ${stats.mode.toString(8)} ${target}${content}`);
      if (stats.isDirectory()) for (const name of readdirSync(join(root, path))) look(join(path, name));
    };
    look("/");
    return found;
  }

  it("lets the user in with the key, and become root without a password or a terminal", () => {
    install();
    expect(run("id packer").trim()).toBe("uid=61000(packer) gid=61000(packer) groups=61000(packer)");
    expect(run("stat -c '%U %a %n' ~packer/.ssh ~packer/.ssh/authorized_keys")).toBe(
      "packer 700 /home/packer/.ssh\npacker 600 /home/packer/.ssh/authorized_keys\n",
    );
    expect(read("/home/packer/.ssh/authorized_keys").split("\n")).toContain(KEY);
    expect(run("visudo -cq && setsid su packer -c 'sudo -n id -u'")).toBe("0\n");
    seal();
  });

  it("leaves the system as it was", () => {
    const before = snapshot();
    install();
    run("touch /var/lib/systemd/linger/packer /var/spool/cron/crontabs/packer");
    seal();
    expect(snapshot()).toEqual(before);
  });

  it("does not change the user ids of users that are made later", () => {
    install();
    expect(run("useradd later && id later").trim()).toBe("uid=1000(later) gid=1000(later) groups=1000(later)");
    seal();
    run("userdel later");
  });

  it.each([
    [
      "a key of its own, without a newline",
      "mkdir -m 755 ~packer/.ssh; printf 'ssh-rsa A me' > ~packer/.ssh/authorized_keys",
    ],
    ["a key of its own", "mkdir -m 755 ~packer/.ssh; echo 'ssh-rsa A me' > ~packer/.ssh/authorized_keys"],
    ["an empty folder for keys", "mkdir ~packer/.ssh; touch ~packer/.ssh/keep"],
    ["nothing", "true"],
  ])("leaves a user of the kickstart's with %s as it was", (_, keys) => {
    run(`useradd --create-home --groups wheel --password x packer; ${keys}; chown -R packer: ~packer`);
    const before = snapshot();
    install();
    expect(read("/home/packer/.ssh/authorized_keys").split("\n")).toContain(KEY);
    expect(run("setsid su packer -c 'sudo -n id -u'")).toBe("0\n");
    seal();
    const after = snapshot();
    const path = "/home/packer/.ssh/authorized_keys";
    expect(after.get(path)?.replace(/\n$/, "")).toBe(before.get(path)?.replace(/\n$/, ""));
    for (const files of [before, after]) files.delete(path);
    expect(after).toEqual(before);
    run("userdel --remove packer; for f in passwd group shadow gshadow subuid subgid; do cp -p /etc/$f /etc/$f-; done");
  });

  it("is removed with all that a kickstart made for it: groups, and sudo rules in any file", () => {
    write("/etc/sudoers.d/others", "admin ALL=(ALL) ALL\n");
    const before = snapshot();
    run("useradd --create-home --groups wheel,sudo --comment Builder packer; mkdir ~packer/.ssh");
    write("/home/packer/.ssh/authorized_keys", `${KEY}\n`);
    write(
      "/etc/sudoers.d/90-build",
      "# the build\nDefaults:packer !requiretty\npacker ALL=(ALL) NOPASSWD: \\\n  ALL\n",
    );
    write("/etc/sudoers.d/packer", "packer ALL=(ALL:ALL) NOPASSWD: ALL\n");
    write("/etc/sudoers.d/others", `admin ALL=(ALL) ALL\n  packer\tALL=NOPASSWD:ALL\n`);
    write("/etc/sudoers", `${read("/etc/sudoers")}packer ALL=NOPASSWD: ALL\n`);
    seal();
    expect(snapshot()).toEqual(before);
    run("chmod 0440 /etc/sudoers.d/others; visudo -cq; rm /etc/sudoers.d/others");
  });

  it.each(["admin, packer ALL=NOPASSWD: ALL", "packer,admin ALL=ALL", "User_Alias BUILD = admin, packer"])(
    "is not removed when it shares a rule with others: %s",
    (rule) => {
      run("useradd packer");
      write("/etc/sudoers.d/mixed", `${rule}\n`);
      expect(() => seal()).toThrow(/sudoers.d\/mixed has a rule for packer among other users/);
      run("rm /etc/sudoers.d/mixed; userdel packer");
    },
  );

  it("keeps rules for users whose name only begins or ends alike", () => {
    run("useradd packer");
    const rules = "packers ALL=ALL\nmy-packer ALL=ALL\nUser_Alias X = packer2\nadmin ALL=/usr/bin/packer\n";
    write("/etc/sudoers.d/alike", rules);
    seal();
    expect(read("/etc/sudoers.d/alike")).toBe(rules);
    run("rm /etc/sudoers.d/alike");
  });

  it("is never root, also by another name", () => {
    run("useradd --non-unique --uid 0 --no-create-home --home-dir /root toor");
    expect(() => seal("toor")).toThrow(/the build's user toor is root by another name, and is not removed/);
    expect(run("getent passwd toor; ls -d /root")).toMatch(/^toor:[^]*\/root\n$/);
    run("sed -i /^toor:/d /etc/passwd /etc/shadow; groupdel toor");
  });

  it("keeps a home folder that another user has too", () => {
    run(
      "useradd --create-home --home-dir /srv/shared owner; useradd --home-dir /srv/shared packer; touch /srv/shared/x",
    );
    seal();
    expect(run("ls /srv/shared")).toBe("x\n");
    run("userdel --remove owner");
  });

  it("says what is missing if the system has no sudo", () => {
    run("mv /usr/bin/sudo /usr/bin/sudo.away");
    expect(() => install()).toThrow(/os-images: the build needs sudo: add this package/);
    run("mv /usr/bin/sudo.away /usr/bin/sudo");
  });
});
