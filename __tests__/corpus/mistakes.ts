/** A mistake that people make in kickstarts, and how to plant it. */
export interface Mistake {
  /** What kind of mistake it is; a row of the table. */
  readonly kind: string;
  readonly title: string;
  /** What is replaced: every match is one place to plant it. Without a match the mistake does not fit the kickstart. */
  readonly find: RegExp;
  /** What is written instead, as in `String.replace`. */
  readonly write: string;
  /** The same in the typed form, where it can be written there. */
  readonly typed?: { readonly find: RegExp; readonly write: string };
  /** A dialect in which this is no mistake. */
  readonly fineIn?: string;
}

/** A line of its own goes before this one, which every kickstart has. */
const COMMANDS = /^(?=lang )/m;

export const MISTAKES: readonly Mistake[] = [
  ...[
    "install",
    "auth --enableshadow --passalgo=sha512",
    "authconfig --enableshadow",
    "autostep",
    "device scsi aic7xxx",
    "deviceprobe",
    "dmraid --name=a --dev=b",
    "multipath --name=a",
    "key --skip",
    "langsupport en_US",
    "mouse generic3ps/2",
    "interactive",
    "upgrade",
    "lilocheck",
    "unsupported_hardware",
    "btrfs none --data=0 --label=data btrfs.01",
    "ignoredisk --interactive",
    "pwpolicy root --minlen=6",
  ].map((line) => ({
    kind: "removed or deprecated command",
    title: line,
    find: COMMANDS,
    write: `${line}\n`,
    fineIn: "rhel7",
    ...asMember(line),
  })),

  ...[
    ["rootpw", "rotpw"],
    ["bootloader", "bootlader"],
    ["network", "netwrok"],
    ["clearpart", "clearparts"],
    ["timezone", "time-zone"],
    ["firewall", "fierwall"],
    ["services", "service"],
    ["part", "aprt"],
    ["reboot", "rebot"],
    ["keyboard", "keybord"],
    ["lang", "language"],
    ["zerombr", "zeromb"],
    ["selinux", "se-linux"],
    ["user", "useradd"],
    ["text", "textmode"],
    ["autopart", "auto-part"],
  ].map(([right, wrong]) => misspeltCommand(right!, wrong!)),

  ...[
    ["--initlabel", "--initlable"],
    ["--bootproto", "--boot-proto"],
    ["--ondisk", "--on-disk"],
    ["--boot-drive", "--bootdrive"],
    ["--only-use", "--onlyuse"],
    ["--iscrypted", "--is-crypted"],
    ["--enabled", "--enable-d"],
    ["--fstype", "--fs-type"],
    ["--hostname", "--hostnme"],
    ["--activate", "--activated"],
    ["--vgname", "--vg-name"],
    ["--baseurl", "--base-url"],
    ["--url", "--uri"],
    ["--username", "--user-name"],
    ["--append", "--apend"],
    ["--erroronfail", "--error-on-fail"],
    ["--groups", "--group"],
    ["--exclude-weakdeps", "--exclude-weak-deps"],
    ["--nohome", "--no-home"],
    ["--vckeymap", "--vc-keymap"],
  ].map(([right, wrong]) => misspeltOption(right!, wrong!)),

  ...[
    {
      title: "size with a unit",
      find: /--size=(\d+)/,
      write: "--size=$1MB",
      typed: { find: /size: (\d+)/, write: 'size: "$1MB"' },
    },
    {
      title: "size in words",
      find: /--size=\d+/,
      write: "--size=all",
      typed: { find: /size: \d+/, write: 'size: "all"' },
    },
    {
      title: "unknown boot loader location",
      find: /--location=mbr/,
      write: "--location=disk",
      typed: { find: /location: "mbr"/, write: 'location: "disk"' },
    },
    {
      title: "unknown autopart type",
      find: /--type=\w+/,
      write: "--type=ext4",
      typed: { find: /(autopart: \{ .*type: )"\w+"/, write: '$1"ext4"' },
    },
    {
      title: "unknown boot protocol",
      find: /--bootproto=dhcp/,
      write: "--bootproto=auto",
      typed: { find: /bootproto: "dhcp"/, write: 'bootproto: "auto"' },
    },
    {
      title: "boolean in the wrong words",
      find: /--onboot=yes/,
      write: "--onboot=always",
      typed: { find: /onboot: true/, write: 'onboot: "always"' },
    },
    {
      title: "timeout that is no number",
      find: /--timeout=1/,
      write: "--timeout=none",
      typed: { find: /timeout: 1/, write: 'timeout: "none"' },
    },
    { title: "unknown time zone", find: /(Europe\/\w+|Etc\/UTC|America\/\w+)/, write: "CEST" },
    { title: "misspelt time zone", find: /Etc\/UTC/, write: "Etc/UCT1" },
    { title: "locale with a dash", find: /lang (\w\w)_(\w\w)/, write: "lang $1-$2" },
    {
      title: "unknown SELinux mode",
      find: /--enforcing/,
      write: "--enforced",
      typed: { find: /enforcing: true/, write: "enforced: true" },
    },
    {
      title: "option without its value",
      find: /--hostname=\w+/,
      write: "--hostname",
      typed: { find: /hostname: "[^"]*"/, write: "hostname: true" },
    },
    { title: "bad IP address", find: /--ip=192.0.2.20/, write: "--ip=192.0.2.320" },
    { title: "disk label that does not exist", find: /--disklabel=gpt/, write: "--disklabel=uefi" },
    {
      title: "user without a name",
      find: /^user --name=\w+/m,
      write: "user",
      typed: { find: /user: \[\{ name: "\w+",? ?/, write: "user: [{ " },
    },
    { title: "quotation mark not closed", find: /--append="([^"\n]*)"/, write: '--append="$1' },
    {
      title: "repository without a name",
      find: /^repo --name=\S+/m,
      write: "repo",
      typed: { find: /repo: \[\{ name: "\w+", /, write: "repo: [{ " },
    },
  ].map((one) => ({ kind: "wrong or missing value", ...one })),

  ...[
    {
      title: "sda for vda",
      find: /(--ondisk=|--boot-drive=|--only-use=|--drives=)vda/,
      write: "$1sda",
      typed: { find: /(ondisk: |bootDrive: |onlyUse: \[)"vda"/, write: '$1"sda"' },
    },
    {
      title: "vda for sda",
      find: /(--ondisk=|--boot-drive=|--only-use=|--drives=)sda/,
      write: "$1vda",
      typed: { find: /(ondisk: |bootDrive: |onlyUse: \[)"sda"/, write: '$1"vda"' },
    },
    { title: "sda for nvme0n1", find: /(--ondisk=|--boot-drive=|--only-use=|--drives=)nvme0n1/, write: "$1sda" },
    { title: "disk in the wrong list", find: /^zerombr/m, write: "zerombr\nignoredisk --only-use=xvda" },
    { title: "partition of another disk", find: /--ondisk=[sv]da/, write: "--onpart=/dev/nvme0n1p2" },
    { title: "second disk", find: /(--ondisk=)vda/, write: "$1vdb" },
    { title: "old disk name", find: /(--ondisk=|--boot-drive=|--drives=)[sv]da/, write: "$1hda" },
  ].map((one) => ({ kind: "wrong disk", ...one })),

  ...[
    {
      title: "no EFI system partition",
      find: /^part \/boot\/efi.*\n/m,
      write: "",
      typed: { find: /^.*mountpoint: "\/boot\/efi".*\n/m, write: "" },
    },
    { title: "no BIOS boot partition", find: /^part biosboot.*\n/m, write: "" },
    { title: "no /", find: /^(part|logvol) \/ .*\n/m, write: "" },
    { title: "no partitioning", find: /^autopart.*\n/m, write: "" },
    { title: "size in bytes", find: /--size=(\d{4})\b/, write: "--size=$1000000" },
    { title: "partition larger than the disk", find: /--size=(\d{4})\b/, write: "--size=$100" },
    {
      title: "volume group of a partition that is not made",
      find: /^volgroup (\w+) pv\.01/m,
      write: "volgroup $1 pv.1",
    },
    {
      title: "logical volume in another group",
      find: /--vgname=system --name=root/,
      write: "--vgname=sys --name=root",
    },
    {
      title: "autopart beside part",
      find: /^(?=part )/m,
      write: "autopart\n",
      typed: { find: /^(\s*)part: /m, write: "$1autopart: true,\n$1part: " },
    },
    { title: "nothing clears the disk", find: /^zerombr\n[^]*?^clearpart.*\n/m, write: "" },
    {
      title: "clearpart that clears nothing",
      find: /^zerombr\n([^]*?)^clearpart --all --initlabel/m,
      write: "$1clearpart --none",
    },
    {
      title: "clearpart with two choices",
      find: /clearpart --all/,
      write: "clearpart --all --linux",
      typed: { find: /all: true/, write: "all: true, linux: true" },
    },
    {
      title: "no boot loader",
      find: /--location=mbr/,
      write: "--location=none",
      typed: { find: /location: "mbr"/, write: 'location: "none"' },
    },
    { title: "mount point twice", find: /^(part \/boot .*)$/m, write: "$1\n$1" },
  ].map((one) => ({ kind: "layout that does not fit", ...one })),

  ...["rootpw", "lang", "keyboard", "timezone", "text|cmdline", "url|cdrom|liveimg", "reboot|poweroff"].map((name) => ({
    kind: "missing command",
    title: `no ${name.replace("|", " or ")}`,
    find: new RegExp(`^(${name})( .*)?\\n`, "m"),
    write: "",
  })),

  ...[
    { title: "powers off instead of rebooting", find: /^reboot.*$/m, write: "poweroff" },
    { title: "reboots instead of powering off", find: /^poweroff.*$/m, write: "reboot" },
    { title: "halts", find: /^(reboot|poweroff).*$/m, write: "halt" },
    {
      title: "two ends",
      find: /^(reboot|poweroff).*$/m,
      write: "$&\nshutdown",
      typed: { find: /^(\s*)(reboot|poweroff): /m, write: "$1shutdown: true,\n$1$2: " },
    },
    { title: "graphical mode", find: /^(text|cmdline)$/m, write: "graphical" },
    { title: "first-boot dialogue", find: /^firstboot --disabled/m, write: "firstboot --enabled" },
  ].map((one) => ({ kind: "an end or mode that does not fit", ...one })),

  ...[
    {
      title: "no user",
      find: /^user --name=(packer|builder).*\n/m,
      write: "",
      typed: { find: /^(\s*)user: \[\{[^}]*\}\],\n/m, write: "" },
    },
    { title: "user of another name", find: /^user --name=(packer|builder)/m, write: "user --name=admin" },
    { title: "key of another user", find: /^sshkey --username=(packer|builder)/m, write: "sshkey --username=root" },
    { title: "sshd disabled", find: /--enabled=sshd?\b/, write: "--disabled=sshd" },
    { title: "no SSH server", find: /^openssh-server$/m, write: "-openssh-server" },
    { title: "firewall keeps SSH out", find: /--service=ssh/, write: "--remove-service=ssh" },
    { title: "sudo asks for a password", find: /((?:packer|builder) ALL=\(ALL\) )NOPASSWD: ?/, write: "$1" },
    { title: "root's password locked", find: /^rootpw --plaintext.*$/m, write: "rootpw --lock" },
    { title: "root's password refused by sshd", find: / --allow-ssh/, write: "" },
  ].map((one) => ({ kind: "login that does not work", ...one })),

  ...[
    { title: "password in plain text", find: /^rootpw .*$/m, write: "rootpw --plaintext hunter2" },
    { title: "user's password in plain text", find: /^(user --name=\w+)/m, write: "$1 --password=hunter2" },
    { title: "plain text said to be a hash", find: /^rootpw .*$/m, write: "rootpw --iscrypted hunter2" },
    { title: "hash said to be plain text", find: /^rootpw .*$/m, write: "rootpw --plaintext $6$abc$defghij" },
    { title: "password in a URL", find: /https:\/\/(?=mirror|yum|images)/, write: "https://me:hunter2@" },
    { title: "boot loader password in plain text", find: /^bootloader/m, write: "bootloader --password=hunter2" },
  ].map((one) => ({ kind: "secret in plain text", ...one })),

  ...[
    { title: "shell variable", find: /--hostname=\w+/, write: "--hostname=$HOSTNAME" },
    { title: "template variable", find: /^(url --url|liveimg --url)=\S+/m, write: "$1=${install_url}" },
    { title: "angle brackets", find: /^rootpw .*$/m, write: "rootpw --plaintext <password>" },
    {
      title: "marker of another tool",
      find: /^sshkey --username=(\w+).*$/m,
      write: 'sshkey --username=$1 "@@public_key@@"',
    },
    { title: "template expression", find: /^lang .*$/m, write: "lang {{ locale }}" },
    { title: "placeholder among the packages", find: /^(%packages.*)$/m, write: "$1\n$EXTRA_PACKAGES" },
  ].map((one) => ({ kind: "placeholder left in", ...one })),

  ...[
    { title: "no %end", find: /^%end\n/m, write: "" },
    { title: "misspelt section", find: /^%post/m, write: "%pots" },
    { title: "misspelt section", find: /^%packages/m, write: "%package" },
    { title: "misspelt %end", find: /^%end$/m, write: "%ned" },
    { title: "unknown option of a section", find: /^%post/m, write: "%post --chroot" },
    { title: "misspelt environment", find: /@\^minimal-environment/, write: "@^minimal-enviroment" },
    { title: "misspelt group", find: /^@core$/m, write: "@cor" },
    { title: "include of a file beside it", find: COMMANDS, write: "%include common.ks\n" },
  ].map((one) => ({ kind: "section or package list", ...one })),

  ...[
    { title: "second source", find: /^(?=lang )/m, write: "nfs --server=nfs.example.com --dir=/export\n" },
    { title: "packages beside an image", find: /^(liveimg[^]*)$/m, write: "$1\n%packages\nvim\n%end\n" },
    { title: "no netmask", find: / --netmask=\S+/, write: "" },
    { title: "device that stays down", find: /--onboot=yes/, write: "--onboot=no" },
    { title: "old device name", find: /--device=link/, write: "--device=eth0" },
    { title: "no address family", find: /--bootproto=dhcp/, write: "--bootproto=dhcp --noipv4 --noipv6" },
  ].map((one) => ({ kind: "source or network", ...one })),

  ...[
    { title: "misspelt package", find: /^(sudo|chrony|vim-enhanced|efibootmgr)$/m, write: "$1x" },
    { title: "misspelt host of the mirror", find: /\.example\.com/, write: ".exmaple.com" },
    { title: "command misspelt in a script", find: /^chmod /m, write: "chmdo " },
    { title: "misspelt service", find: /--enabled=sshd,chronyd/, write: "--enabled=sshd,chronnyd" },
    { title: "unknown keyboard layout", find: /--xlayouts='?\w+'?/, write: "--xlayouts=uz1" },
    { title: "wrong kernel argument", find: /console=ttyS0/, write: "consol=ttyS0" },
  ].map((one) => ({ kind: "only the installation shows it", ...one })),
];

function misspeltCommand(right: string, wrong: string): Mistake {
  const typed = { find: new RegExp(`^(\\s*)${right}:`, "m"), write: `$1${JSON.stringify(wrong)}:` };
  const find = new RegExp(`^${right}(?=\\s|$)`, "m");
  return { kind: "misspelt command", title: `${wrong} for ${right}`, find, write: wrong, typed };
}

function misspeltOption(right: string, wrong: string): Mistake {
  const typed = { find: new RegExp(`\\b${camelCase(right)}:`), write: `${camelCase(wrong)}:` };
  const find = new RegExp(`${right}(?=[=\\s]|$)`, "m");
  return { kind: "misspelt option", title: `${wrong} for ${right}`, find, write: wrong, typed };
}

/** A command without options as a member of the typed form; one with options would not compile for its shape alone. */
function asMember(line: string): Pick<Mistake, "typed"> {
  return line.includes(" ") ? {} : { typed: { find: /^(.*= \{)$/m, write: `$1\n  ${line}: true,` } };
}

function camelCase(option: string): string {
  return option.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
