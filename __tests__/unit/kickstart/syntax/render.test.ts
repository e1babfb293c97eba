import { post, pre, Raw, include, ksappend, preInstall, type Rhel9, rhel9 } from "../../../../imports/kickstart/rhel9";
import { type Rhel7, rhel7 } from "../../../../imports/kickstart/rhel7";
import { renderKickstart } from "../../../../kickstart/syntax/render";

const text = (document: Rhel9) => renderKickstart(rhel9, document);

test("a whole kickstart comes in pykickstart's order, entries of one command in theirs", () => {
  const document: Rhel9 = {
    scripts: [post({ body: "echo 1\n", nochroot: true, log: "/root/a b.log" }), pre("disks.sh", { erroronfail: true })],
    reboot: { eject: true },
    part: [
      { mountpoint: "/boot", fstype: "xfs", size: 1024 },
      { mountpoint: "/", size: 1, grow: true },
    ],
    zerombr: true,
    clearpart: { all: true, initlabel: true, drives: ["vda", "vdb"] },
    bootloader: { location: "mbr", bootDrive: "vda", append: "console=tty0 console=ttyS0" },
    network: [{ bootproto: "dhcp", onboot: false, activate: true }],
    lang: "en_US.UTF-8",
    timezone: { timezone: "UTC", utc: true },
    rootpw: { iscrypted: true, password: "@@secret:root@@" },
    firewall: { enabled: true, service: ["ssh", "http"], trust: ["eth0", "eth1"] },
    packages: {
      excludedocs: true,
      environment: "minimal-environment",
      groups: [
        "core",
        { name: "X Window System", optional: true },
        { module: "nodejs", stream: "20", profile: "minimal" },
      ],
      excludeGroups: ["standard"],
      install: ["vim-enhanced"],
      exclude: ["iwl*-firmware"],
    },
    addons: [{ name: "com_redhat_kdump", arguments: ["--disable"] }],
    anaconda: ["pwpolicy root --minlen=8"],
    include: [include("base.ks"), include("/tmp/part.ks", "afterCommands"), ksappend("http://host/end.ks", "end")],
  };
  const rendered = renderKickstart(rhel9, document, { readFile: (path) => `# ${path}\n` });
  expect(rendered).toBe(`%include base.ks
firewall --enabled --trust=eth0 --trust=eth1 --service=ssh,http
lang en_US.UTF-8
network --bootproto=dhcp --onboot=no --activate
reboot --eject
rootpw --iscrypted "@@secret:root@@"
timezone UTC --utc
bootloader --append="console=tty0 console=ttyS0" --location=mbr --boot-drive=vda
zerombr
clearpart --all --initlabel --drives=vda,vdb
part /boot --fstype=xfs --size=1024
part / --grow --size=1
%include /tmp/part.ks

%packages --excludedocs
@^minimal-environment
-@standard
@core
@X Window System --optional
@nodejs:20/minimal
vim-enhanced
-iwl*-firmware
%end

%post --nochroot --log="/root/a b.log"
echo 1
%end

%pre --erroronfail
# disks.sh
%end

%addon com_redhat_kdump --disable
%end

%anaconda
pwpolicy root --minlen=8
%end
%ksappend http://host/end.ks
`);
});

test("the same document gives the same text, whatever the order of its members", () => {
  const one: Rhel9 = { text: true, lang: "C", user: [{ name: "a" }, { name: "b" }] };
  const other: Rhel9 = { user: [{ name: "a" }, { name: "b" }], lang: "C", text: true };
  expect(text(one)).toBe(text(other));
});

test("an argument that begins with a dash is written after `--`", () => {
  expect(text({ rootpw: { password: "-x", plaintext: true } })).toBe("rootpw --plaintext -- -x\n");
});

test("false and an empty list write nothing", () => {
  expect(text({ part: [{ mountpoint: "/", grow: false }], bootloader: { driveorder: [] } })).toBe(
    "bootloader\npart /\n",
  );
});

test("plain lines and sections are written as they are, after the typed commands", () => {
  const document: Rhel9 = { lang: "C", raw: [Raw.line("novel --x"), Raw.section("%novel", "a\n")] };
  const rendered = renderKickstart(rhel9, document);
  expect(rendered).toBe("lang C\nnovel --x\n\n%novel\na\n%end\n");
});

test("a deprecated command is written with the text that is given for it", () => {
  const document: Rhel7 = { authconfig: "--enableshadow --passalgo=sha512", install: true, deviceprobe: "" };
  expect(renderKickstart(rhel7, document)).toBe("authconfig --enableshadow --passalgo=sha512\ndeviceprobe\ninstall\n");
});

test("a number that Terraform knows is written by the caller, any other must be whole", () => {
  const document: Rhel9 = { part: [{ mountpoint: "/", size: -1.5e289 }] };
  expect(renderKickstart(rhel9, document, { number: () => "${TfToken[TOKEN.4]}" })).toContain("${TfToken[TOKEN.4]}");
  expect(() => text(document)).toThrow("part[0].size: write a whole number");
});

describe("what a kickstart cannot express is an error that names the place", () => {
  const wrong = (document: object) => () => text(document);
  test.each<[string, object, string]>([
    ["a line break", { user: [{ name: "a" }, { name: "b\nrootpw x" }] }, "user[1].name: a line break"],
    ["a comma in a list", { services: { enabled: ["a,b"] } }, "services.enabled[0]: an item cannot"],
    ["a script that ends itself", { scripts: [preInstall({ body: "%end\n" })] }, "scripts[0]: line 1 begins with %end"],
    ["a comment in a package", { packages: { install: ["a#b"] } }, "packages.install: an entry cannot"],
    ["a package that is a group", { packages: { install: ["@core"] } }, `packages.install: write a name without "@"`],
    ["an unknown command", { netwrok: [] }, "netwrok: not a command of rhel9"],
    ["a removed command", { install: true }, "install: the command was removed in F34"],
    ["another spelling", { partition: [] }, "partition: write part"],
    ["an unknown option", { network: [{ bootprto: "dhcp" }] }, "network[0]: no option bootprto in this release"],
    ["an unknown option of packages", { packages: { nobase: true } }, "packages: no option nobase in rhel9"],
    ["one for many", { network: { bootproto: "dhcp" } }, "network: write an array"],
    ["a missing argument", { part: [{ size: 1 }] }, "part[0].mountpoint: must be given"],
    ["a file without a reader", { scripts: [post("a.sh")] }, "scripts[0]: cannot read a.sh here"],
  ])("%s", (_, document, message) => {
    expect(wrong(document)).toThrow(message);
  });
});
