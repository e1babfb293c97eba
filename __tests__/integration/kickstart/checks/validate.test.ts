import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageContext } from "../../../../kickstart/checks/context";
import type { Finding } from "../../../../kickstart/checks/finding";
import { CODES } from "../../../../kickstart/checks/rules";
import { validateKickstarts } from "../../../../kickstart/checks/validate";
import { OsRelease } from "../../../../recipe/release";
import { IMAGE, SOUND } from "../../../support/sound-kickstart";
import { temporaryFolder } from "../../../support/temporary";

interface Case {
  readonly code: string;
  /** What is planted: text of the sound kickstart, and what stands there instead; or a whole text. */
  readonly plant: readonly [from: string, to: string] | string;
  readonly image?: ImageContext;
  readonly release?: OsRelease;
  /** Beginning of the line that the finding names; by default that of what was planted; "" for the first line. */
  readonly at?: string;
  readonly says: RegExp;
}

/** The sound kickstart without a word about the build's login. */
const OWN_LOGIN = SOUND.replace(/^(user|sshkey) .*\n/gm, "").replace(/%post[^]*/, "");
const NO_SSHKEY = SOUND.replace(/^sshkey.*\n/m, "");

const CASES: readonly Case[] = [
  { code: "KS002", plant: ["lang en", "lang \0en"], says: /NUL byte/ },
  { code: "KS003", plant: ["text\n", "text\r\n"], says: /CR LF/ },
  { code: "KS004", plant: `${SOUND}${"# a payload\n".repeat(100_000)}`, at: "", says: /more than 1 MiB/ },
  { code: "KS005", plant: "\n# nothing\n", at: "", says: /no command/ },
  { code: "KS006", plant: ["%packages\n", "%pre\necho\n%packages\n"], at: "%pre", says: /section %pre has no %end/ },
  { code: "KS007", plant: ["zerombr", "%include ../x.ks"], says: /leaves the folder/ },
  { code: "KS008", plant: ["zerombr", "%include itself.ks"], says: /includes itself/ },
  { code: "KS009", plant: ["zerombr", "%include /tmp/part.ks"], says: /made when the installer runs/ },
  { code: "KS010", plant: ["zerombr", "install"], says: /install has been removed: take it out/ },
  { code: "KS010", plant: ["zerombr", 'rootpw "x'], says: /quotation mark .* not closed/ },
  { code: "KS010", plant: ["%packages", "%foobar\n%end\n%packages"], says: /unknown section %foobar/ },
  { code: "KS011", plant: ["Etc/UTC --utc", "Etc/UTC --isUtc"], at: "timezone", says: /--isUtc will be deprecated/ },
  { code: "KS011", plant: ["zerombr", "authconfig --enableshadow"], says: /write `authselect/ },
  {
    code: "KS012",
    plant: ["user --name=packer", "user --name=packer\nuser --name=packer --uid=9"],
    at: "user --name=packer --uid",
    says: /already been defined/,
  },
  { code: "KS013", plant: ["zerombr", "zerombr # os-images: ignore KS501 (no reason)"], says: /silences nothing/ },
  { code: "KS014", plant: ["#version=RHEL9", "\uFEFF#version=RHEL9"], at: "", says: /byte order mark/ },
  { code: "KS015", plant: ["zerombr", "zerombrr"], says: /unknown zerombrr: did you mean zerombr\?/ },
  { code: "KS015", plant: ["--initlabel", "--initlable"], at: "clearpart", says: /did you mean --initlabel\?/ },
  { code: "KS015", plant: ["%post", "%psot"], at: "%psot", says: /did you mean %post\?/ },
  {
    code: "KS015",
    plant: ["firewall --enabled", "realm join x\nfirewall --enabled --trst=eth0"],
    at: "firewall",
    says: /did you mean --trust\?/,
  },
  { code: "KS017", plant: ["chmod 0440", "echo )\nchmod 0440"], says: /unexpected token/ },
  { code: "KS017", plant: ["chmod 0440", "cat > /etc/motd <<EOF\nchmod 0440"], at: "cat >", says: /here-document/ },
  {
    code: "KS101",
    plant: ["--boot-drive=vda", "--boot-drive=sda"],
    at: "bootloader",
    says: /sda, but the disk on virtio is vda/,
  },
  {
    code: "KS101",
    plant: ["zerombr", "zerombr\nignoredisk --only-use=vda"],
    at: "ignoredisk",
    image: { ...IMAGE, diskInterface: "nvme" },
    says: /is nvme0n1/,
  },
  {
    code: "KS101",
    plant: ["/boot --fstype=xfs --size=1024 --ondisk=vda", "/boot --fstype=xfs --onpart=/dev/vdb1"],
    at: "part /boot",
    says: /names vdb/,
  },
  {
    code: "KS101",
    plant: ["--boot-drive=vda", "--boot-drive=vda1"],
    at: "bootloader",
    says: /names a partition: write vda$/,
  },
  { code: "KS102", plant: ["logvol / ", "logvol /srv "], at: "part /boot", says: /no file system for \// },
  { code: "KS102", plant: SOUND.replace(/^(part|volgroup|logvol).*\n/gm, ""), at: "", says: /the installer will ask/ },
  { code: "KS103", plant: SOUND, at: "part /boot", image: { ...IMAGE, firmware: "uefi" }, says: /\/boot\/efi/ },
  { code: "KS104", plant: ["--initlabel", "--initlabel --disklabel=gpt"], at: "part /boot", says: /biosboot/ },
  { code: "KS104", plant: SOUND, at: "part /boot", release: OsRelease.ROCKY_10, says: /disk will have GPT/ },
  {
    code: "KS105",
    plant: ["--size=4096", "--size=40960"],
    at: "part pv.01",
    says: /take 41984 MiB, but the disk has 10240/,
  },
  { code: "KS105", plant: ["--size=3072", "--size=30720"], at: "logvol", says: /logical volumes of system take 30720/ },
  { code: "KS106", plant: SOUND.replace(/^(zerombr|clearpart).*\n/gm, ""), at: "part /boot", says: /zerombr/ },
  { code: "KS107", plant: ["--all --init", "--all --linux --init"], at: "clearpart", says: /--all and --linux/ },
  { code: "KS108", plant: ["volgroup system pv.01", "volgroup system pv.02"], says: /pv\.02, which no line makes/ },
  { code: "KS108", plant: ["--vgname=system", "--vgname=sys"], at: "logvol", says: /volume group sys/ },
  { code: "KS109", plant: ["--boot-drive=vda", "--location=none"], at: "bootloader", says: /no boot loader/ },
  {
    code: "KS110",
    plant: ["--initlabel", "--initlabel --disklabel=uefi"],
    at: "clearpart",
    says: /no disk label uefi/,
  },
  ...planted("KS111", "part /boot", [
    ["/boot --fstype=xfs", "/boot --fstype=jfs", /Rocky Linux 9 cannot make the file system jfs/],
    ["/boot --fstype=xfs", "/boot --fstype=ext5", /the file system ext5/],
  ]),
  ...planted("KS112", "part /boot", [
    ["--size=1024 ", "--size=-1024 ", /--size is -1024/],
    ["--size=1024 ", "--size=100 ", /\/boot has 100 MiB, too little/],
    ["--size=1024 ", "--size=300 ", /recommends/],
    ["--size=1024 ", "--size=1024 --grow --maxsize=500 ", /--maxsize is 500 MiB and less/],
  ]),
  { code: "KS112", plant: ["--size=3072", "--size=307"], at: "logvol", says: /\/ has 307 MiB, too little/ },
  {
    code: "KS112",
    plant: ["part pv", "part /boot/efi --fstype=efi --size=20\npart pv"],
    at: "part /boot/efi",
    says: /needs 50 MiB/,
  },
  {
    code: "KS112",
    plant: ["part pv", "part biosboot --fstype=biosboot --size=200\npart pv"],
    at: "part biosboot",
    says: /at most 2 MiB/,
  },
  ...planted("KS113", "raid", [
    [
      "volgroup",
      "part raid.1 --size=500\npart raid.2 --size=500\nraid /srv --device=0 --level=5 raid.1 raid.2\nvolgroup",
      /RAID5 needs 3 members, but has 2/,
    ],
    ["volgroup", "part raid.1 --size=500\nraid /srv --device=0 --level=1 raid.1 raid.1\nvolgroup", /raid\.1 twice/],
  ]),
  { code: "KS114", plant: ["part /boot", "part boot"], at: "part boot", says: /boot is no mount point/ },
  {
    code: "KS114",
    plant: ["part pv", "part /etc --fstype=xfs --size=500\npart pv"],
    at: "part /etc",
    says: /\/etc has to be on the file system of \//,
  },
  {
    code: "KS114",
    plant: ["part pv", "part /usr --fstype=vfat --size=5000\npart pv"],
    at: "part /usr",
    says: /\/usr cannot be on vfat/,
  },
  {
    code: "KS114",
    plant: ["logvol / ", "logvol /boot --vgname=system --name=b --size=500\nlogvol / "],
    at: "logvol",
    says: /only one counts/,
  },
  {
    code: "KS115",
    plant: SOUND.replace(/^part \/boot.*\n/m, ""),
    at: "logvol",
    says: /\/ holds \/boot and is a logical/,
  },
  { code: "KS115", plant: ["part /boot --fstype=xfs", "part /boot --fstype=vfat"], says: /is on vfat/ },
  {
    code: "KS115",
    plant: ["part /boot", "part /boot --encrypted --passphrase=@@secret:disk@@"],
    says: /\/boot is encrypted/,
  },
  ...planted("KS116", "part pv", [
    ["part pv.01", "part pv.01 --encrypted", /without a passphrase/],
    ["part pv.01", "part pv.01 --encrypted --passphrase=@@secret:disk@@", /the first start waits/],
    ["part pv.01", "part pv.01 --passphrase=@@secret:disk@@", /is not encrypted/],
    ["part pv.01", "part pv.01 --encrypted --luks-version=luks3", /luks3 does not exist/],
  ]),
  { code: "KS117", plant: ["volgroup", "part pv.02 --size=500\nvolgroup"], at: "part pv.02", says: /nothing uses it/ },
  { code: "KS117", plant: ["volgroup system", "volgroup system --pesize=5"], says: /5 KiB, which LVM does not have/ },
  ...planted("KS117", "logvol /srv", [
    ["reboot", "logvol /srv --vgname=system --name=root --size=500\nreboot", /root of system is made on line/],
    ["reboot", "logvol /srv --vgname=system --name=srv --size=2\nreboot", /less than an extent/],
    [
      "reboot",
      "logvol /srv --vgname=system --name=srv --thin --poolname=p --size=900\nreboot",
      /no line makes the thin pool p/,
    ],
  ]),
  ...planted("KS118", "part pv.01", [
    [
      "part pv.01 --size=4096",
      "part pv.01 --onpart=vda2 --size=4096",
      /--onpart uses what is on the disk, but it is empty/,
    ],
  ]),
  { code: "KS118", plant: ["--all --initlabel", "--list=vda3"], at: "clearpart", says: /clearpart --list names vda3/ },
  { code: "KS118", plant: ["zerombr", "ignoredisk --drives=vda"], says: /ignores vda, the only disk/ },
  ...planted("KS119", "logvol /", [
    ["--size=3072", "--size=3072 --fsoptions=noexec", /no program there can run/],
    ["--size=3072", '--size=3072 --fsoptions="rw, noatime"', /separate options by commas/],
    ["--size=3072", "--size=3072 --label=the-root-of-it", /xfs takes 12/],
  ]),
  {
    code: "KS119",
    plant: ["/boot --fstype=xfs", '/boot --fstype=xfs --mkfsoptions="-K -X"'],
    at: "part /boot",
    says: /mkfs\.xfs has no option -X/,
  },
  ...planted("KS120", "bootloader", [
    ["--boot-drive=vda", '--boot-drive=vda --append="single"', /into a shell and waits/],
    ["--boot-drive=vda", '--boot-drive=vda --append="root=/dev/sda1"', /writes the root device itself/],
    ["--boot-drive=vda", '--boot-drive=vda --append="consol=ttyS0"', /did you mean console/],
    ["--boot-drive=vda", '--boot-drive=vda --append="console=com1"', /no console com1/],
    ["--boot-drive=vda", "--boot-drive=vda --timeout=-1", /waits for ever/],
    ["--boot-drive=vda", '--boot-drive=vda --append="mem=64M"', /no system starts in 64 MiB/],
    ["--boot-drive=vda", '--boot-drive=vda --append="mem=262144"', /no system starts in 0\.25 MiB/],
    ["--boot-drive=vda", '--boot-drive=vda --append="systemd.unit=multi-user"', /write multi-user\.target/],
    ["--boot-drive=vda", '--boot-drive=vda --append="rd.lvm.lv=system/r"', /no line makes system\/r/],
    ["bootloader ", 'selinux --enforcing\nbootloader --append="selinux=0" ', /against selinux --enforcing/],
  ]),
  { code: "KS201", plant: SOUND, at: "", image: { ...IMAGE, memoryMiB: 1024 }, says: /needs 1536 MiB/ },
  {
    code: "KS202",
    plant: SOUND.replace(/ --utc/, " --isUtc"),
    at: "",
    release: OsRelease.CENTOS_7,
    says: /since 2024-06-30/,
  },
  { code: "KS301", plant: ["rootpw --lock\n", ""], at: "", says: /no rootpw/ },
  { code: "KS302", plant: ["text\n", ""], at: "", says: /write `text`/ },
  { code: "KS303", plant: SOUND.replace(/^url.*\n/m, ""), at: "", says: /write `cdrom`/ },
  { code: "KS304", plant: SOUND.replace(/^timezone.*\n/m, ""), at: "", says: /America\/New_York/ },
  { code: "KS305", plant: ["reboot\n", ""], at: "", says: /waits for a key/ },
  { code: "KS306", plant: ["reboot\n", "poweroff\n"], says: /poweroff, but the build logs in/ },
  { code: "KS306", plant: SOUND, at: "reboot", image: { ...IMAGE, login: { kind: "none" } }, says: /write `poweroff`/ },
  { code: "KS306", plant: ["reboot\n", "halt\n"], says: /halt leaves the machine running/ },
  { code: "KS307", plant: ["reboot\n", "poweroff\nreboot\n"], at: "reboot", says: /only the last counts/ },
  { code: "KS308", plant: ["text\n", "graphical\n"], says: /somebody in front/ },
  { code: "KS309", plant: ["zerombr", "%include part.ks"], says: /given this file alone/ },
  { code: "KS309", plant: ["zerombr", "%include nowhere.ks"], says: /no such file/ },
  { code: "KS310", plant: ["Etc/UTC", "Europe/Berln"], at: "timezone", says: /did you mean Europe\/Berlin/ },
  { code: "KS311", plant: ["en_US.UTF-8", "en-us"], at: "lang", says: /there is no language en-us/ },
  { code: "KS311", plant: ["en_US.UTF-8", "en_UK.UTF-8"], at: "lang", says: /there is no language en_UK/ },
  { code: "KS312", plant: ["keyboard us", "keyboard us --switch=grp:x"], says: /no keys grp:x switch layouts/ },
  { code: "KS312", plant: ["keyboard us", "keyboard qwerty"], says: /no keyboard key map qwerty/ },
  {
    code: "KS312",
    plant: ["keyboard us", "keyboard --xlayouts='uk'"],
    says: /no keyboard layout uk: write one such as gb/,
  },
  ...planted("KS313", "services", [
    ["--enabled=sshd", "--enabled=sshd,chronnyd", /did you mean chronyd/],
    ["--enabled=sshd", '--enabled="sshd chronyd"', /separated by commas/],
    ["--enabled=sshd", "--enabled=sshd,httpd", /add httpd to %packages/],
  ]),
  ...planted("KS314", "firewall", [
    ["--service=ssh", "--service=ssh,htpp", /no service htpp: did you mean http\?/],
    ["--service=ssh", "--service=ssh --port=99999:tcp", /99999:tcp is no port/],
    ["--service=ssh", "--service=ssh --port=8080:xdp", /8080:xdp is no port/],
  ]),
  ...planted("KS315", "%post", [
    ["%post --erroronfail", "%post --erroronfail --interpreter=python3", /is no path: write \/usr\/bin\/python3/],
    ["%post --erroronfail", "%post --erroronfail --interpreter=/usr/bin/perl", /has no \/usr\/bin\/perl/],
    ["%post --erroronfail", "%post --erroronfail --interpreter=/bin/bsh", /hardly an interpreter/],
  ]),
  ...planted("KS316", "user", [
    ["user --name=packer", "user --name=packer --homedir=packer", /no path from the root/],
    ["user --name=packer", "user --name=packer --uid=-1", /--uid is -1/],
    ["user --name=packer", "user --name=packer --groups=whell", /did you mean wheel/],
  ]),
  {
    code: "KS316",
    plant: ["reboot", 'user --name=a --lock\nsshkey --username=a "ssh-ed25519"\nreboot'],
    at: "sshkey --username=a",
    says: /holds no public key/,
  },
  { code: "KS316", plant: ["reboot", "user --name=1st\nreboot"], at: "user --name=1st", says: /cannot be one/ },
  {
    code: "KS316",
    plant: ["reboot", 'sshkey --username=jane "ssh-ed25519 A"\nreboot'],
    at: "sshkey --username=jane",
    says: /whom no line makes/,
  },
  {
    code: "KS316",
    plant: ["reboot", 'sshkey --username=root "AAAA"\nreboot'],
    at: "sshkey --username=root",
    says: /no public key/,
  },
  ...planted("KS317", "%addon", [
    ["%post", "%addon com_redhat_kdump --enable --reserve-mb=lots\n%end\n%post", /lots is no number/],
    ["%post", "%addon com_redhat_kdump --enable --reserve-mb=2048\n%end\n%post", /has 2048/],
  ]),
  {
    code: "KS318",
    plant: ["reboot", "authselect select ssd\nreboot"],
    at: "authselect",
    says: /no authselect profile ssd: write sssd/,
  },
  {
    code: "KS319",
    plant: ["reboot", "timesource --ntp-server=ntp://pool.ntp.org\nreboot"],
    at: "timesource",
    says: /is no host/,
  },
  { code: "KS320", plant: ["reboot", "selinux --enforcing --permissive\nreboot"], at: "selinux", says: /keep one/ },
  { code: "KS320", plant: ["firewall --enabled", "firewall --disabled"], at: "firewall", says: /ssh means nothing/ },
  { code: "KS320", plant: ["text\n", "text\ncmdline\n"], at: "cmdline", says: /only the last counts/ },
  {
    code: "KS320",
    plant: ["--enabled=sshd", "--enabled=sshd --disabled=sshd.service"],
    at: "services",
    says: /enables and disables/,
  },
  {
    code: "KS321",
    plant: ["reboot", "driverdisk sdb1\nreboot"],
    at: "driverdisk",
    says: /a driver disk, which the machine/,
  },
  {
    code: "KS321",
    plant: ["reboot", "rhsm --organization=1 --activation-key=a\nreboot"],
    at: "rhsm",
    says: /Rocky Linux 9 passes it over/,
  },
  ...planted("KS322", "services", [
    ["--enabled=sshd", "--enabled=sshd --disabled=NetworkManager", /the build cannot log in/],
    ["--enabled=sshd", "--enabled=sshd --disabled=dbus-broker", /does not come up/],
  ]),
  {
    code: "KS323",
    plant: ["%post", "%addon org_fedora_oscap\n%end\n%post"],
    at: "%addon",
    says: /has no add-on org_fedora_oscap/,
  },
  ...["systemctl reboot", "read -p Name: NAME", "dnf install vim", "passwd root", "systemctl start chronyd"].map(
    (line): Case => ({
      code: "KS324",
      plant: ["chmod 0440", `${line}\nchmod 0440`],
      says: /^(systemctl reboot ends|read -p waits|dnf install asks|passwd r\S* waits|systemctl start does nothing)/,
    }),
  ),
  ...planted("KS325", "echo '/dev", [
    ["chmod 0440", "echo '/dev/sdb1 /data xfs defaults 0 0' >> /etc/fstab\nchmod 0440", /with sdb in \/etc\/fstab/],
  ]),
  {
    code: "KS325",
    plant: ["chmod 0440", "cat >> /etc/fstab <<EOF\n/dev/vdb\t/data\txfs\tdefaults\nEOF\nchmod 0440"],
    at: "/dev/vdb",
    says: /with vdb in/,
  },
  { code: "KS324", plant: ["NOPASSWD:", "NOPASSWD"], at: "echo 'packer", says: /with a colon/ },
  { code: "KS324", plant: ["sudoers.d/packer", "sudoers.d/packer.conf"], at: "echo 'packer", says: /dot in its name/ },
  {
    code: "KS324",
    plant: ["%post", "%post --nochroot\necho a > /etc/motd\n%end\n%post"],
    at: "echo a >",
    says: /write \/mnt\/sysimage\/etc\/motd/,
  },
  {
    code: "KS401",
    plant: ["user --name=packer", "user --name=admin"],
    at: "",
    says: /logs in as packer, whom nothing makes/,
  },
  { code: "KS402", plant: ["--username=packer", "--username=admin"], at: "sshkey", says: /given to admin/ },
  {
    code: "KS402",
    plant: NO_SSHKEY,
    at: "user",
    image: { ...IMAGE, login: { kind: "password", username: "packer" } },
    says: /with a password/,
  },
  {
    code: "KS402",
    plant: NO_SSHKEY,
    at: "",
    image: { ...IMAGE, login: { kind: "privateKey", username: "packer" } },
    says: /which nothing puts in/,
  },
  { code: "KS403", plant: ["NOPASSWD:", ""], at: "user", says: /may not use sudo/ },
  { code: "KS403", plant: ["sudo\n", "-sudo\n"], at: "%packages", says: /sudo is excluded/ },
  { code: "KS403", plant: OWN_LOGIN.replace("sudo\n", "-sudo\n"), at: "%packages", says: /sudo is excluded/ },
  {
    code: "KS403",
    plant: OWN_LOGIN.replace("%packages\n", "%packages --nocore\nopenssh-server\n").replace("sudo\n", ""),
    at: "%packages",
    says: /--nocore brings no sudo/,
  },
  { code: "KS404", plant: ["--enabled=sshd", "--disabled=sshd"], at: "services", says: /disables sshd/ },
  { code: "KS404", plant: ["sudo\n", "sudo\n-openssh-server\n"], at: "%packages", says: /openssh-server is excluded/ },
  {
    code: "KS404",
    plant: ["chmod 0440", "echo 'AllowGroups wheel' >> /etc/ssh/sshd_config\nchmod 0440"],
    at: "echo 'AllowGroups",
    says: /sshd lets wheel in alone, but the build logs in as packer/,
  },
  {
    code: "KS404",
    plant: [
      "chmod 0440",
      "sed -i 's/.*PubkeyAuthentication yes/PubkeyAuthentication no/' /etc/ssh/sshd_config\nchmod 0440",
    ],
    at: "sed",
    says: /PubkeyAuthentication no keeps the build out/,
  },
  { code: "KS405", plant: ["--service=ssh", "--remove-service=ssh"], at: "firewall", says: /keeps SSH out/ },
  {
    code: "KS406",
    plant: ["rootpw --lock", "rootpw --plaintext @@secret:root@@"],
    image: { ...IMAGE, login: { kind: "password", username: "root" } },
    says: /add --allow-ssh/,
  },
  {
    code: "KS407",
    plant: ["--activate", "--activate --onboot=off"],
    at: "network",
    says: /down after the first start/,
  },
  {
    code: "KS409",
    plant: ["reboot\n", "poweroff\n"],
    at: "",
    image: { ...IMAGE, login: { kind: "none" }, bootLine: "<tab> inst.text inst.ks=cdrom:/ks.cfg<enter>" },
    says: /add inst.nosave=all/,
  },
  { code: "KS501", plant: ["rootpw --lock", "rootpw secret"], says: /password in plain text/ },
  {
    code: "KS501",
    plant: ["chmod 0440", "echo 'root:secret' | chpasswd\nchmod 0440"],
    at: "echo 'root",
    says: /script sets a password/,
  },
  { code: "KS502", plant: ["rootpw --lock", "rootpw --iscrypted secret"], says: /is no hash/ },
  { code: "KS502", plant: ["rootpw --lock", "rootpw --plaintext $6$ab$cdef"], says: /add --iscrypted/ },
  { code: "KS601", plant: ["--bootproto=", "--bootpro="], at: "network", says: /write --bootproto/ },
  { code: "KS602", plant: ["rootpw --lock", "rootpw --plaintext $ROOT_PASSWORD"], says: /\$ROOT_PASSWORD is left in/ },
  { code: "KS602", plant: ["http://mirror.example.com", "${mirror}"], at: "url", says: /\$\{mirror\} is left in/ },
  { code: "KS602", plant: ["chmod 0440", "@@site@@ 0440"], at: "@@site@@", says: /@@site@@ is left in/ },
  {
    code: "KS603",
    plant: ["@^minimal-environment", "@^minimal-enviroment"],
    says: /did you mean @\^minimal-environment/,
  },
  { code: "KS603", plant: ["@^minimal-environment", "@^minimal"], says: /did you mean @\^minimal-environment/ },
  { code: "KS603", plant: ["@^minimal-environment", "@^gnome-desktop-environment"], says: /of another release/ },
  { code: "KS603", plant: ["@^minimal-environment", "@^core"], says: /is a group, and no environment/ },
  ...planted("KS604", "sudo", [
    ["sudo\n", "sudo,\n", /has , in its name/],
    ["sudo\n", "sudo vim\n", /has a blank in its name/],
  ]),
  { code: "KS604", plant: ["sudo\n", "sudo\nVim\n"], at: "Vim", says: /write vim/ },
  { code: "KS604", plant: ["sudo\n", "sudo\nchronny\n"], at: "chronny", says: /did you mean chrony/ },
  { code: "KS604", plant: ["sudo\n", "sudo\nntp\n"], at: "ntp", says: /there is chrony instead/ },
  { code: "KS605", plant: ["sudo\n", "-sudo\n"], says: /the build works through sudo/ },
  { code: "KS605", plant: ["sudo\n", "sudo\n-kernel\n"], at: "-kernel", says: /does not start without a kernel/ },
  {
    code: "KS605",
    plant: ["sudo\n", "sudo\n-NetworkManager*\n"],
    at: "-NetworkManager",
    says: /brings up the network/,
  },
  { code: "KS605", plant: ["sudo\n", "sudo\n-lvm2\n"], at: "-lvm2", says: /the layout has LVM/ },
  { code: "KS605", plant: ["%packages", "%packages --nocore"], says: /leaves core out/ },
  { code: "KS606", plant: ["rootpw --lock", "rootpw --plaintext pass#word"], says: /cut off at the #/ },
  {
    code: "KS607",
    plant: ["reboot", "module --name=nodejs --stream=18\nmodule --name=nodejs --stream=20\nreboot"],
    at: "module --name=nodejs --stream=20",
    says: /has the stream 18 already/,
  },
  {
    code: "KS607",
    plant: ["reboot", "module --name=nodejs --stream=8\nreboot"],
    at: "module",
    says: /no stream 8 of nodejs/,
  },
  { code: "KS701", plant: ["lang ", "cdrom\nlang "], at: "cdrom", says: /url \(line 3\), cdrom \(line 4\)/ },
  {
    code: "KS702",
    plant: ["url --url=http://mirror.example.com/9/BaseOS/", "liveimg --url=http://mirror.example.com/root.tar"],
    at: "%packages",
    says: /without effect beside liveimg/,
  },
  {
    code: "KS703",
    plant: SOUND.replace(/^network.*\n/m, ""),
    at: "url",
    image: { ...IMAGE, delivery: "cd" },
    says: /no network line/,
  },
  {
    code: "KS703",
    plant: ["--device=link", "--device=link --noipv4 --noipv6"],
    at: "network",
    says: /turns IPv4 and IPv6 off/,
  },
  {
    code: "KS704",
    plant: ["--bootproto=dhcp", "--bootproto=static --ip=10.0.0.2"],
    at: "network",
    says: /lacks --netmask/,
  },
  {
    code: "KS704",
    plant: ["--bootproto=dhcp", "--bootproto=static --ip=10.0.0.2 --netmask=255.0.0.0"],
    at: "network",
    says: /no --nameserver to find mirror/,
  },
  { code: "KS705", plant: ["--device=link", "--device=eth0"], at: "network", says: /--device=link/ },
  { code: "KS705", plant: ["--device=link", "--device=ens192"], at: "network", says: /no device ens192/ },
  ...planted("KS706", "url", [
    ["http://mirror.example.com/9/BaseOS/", "mirror.example.com/9/BaseOS/", /has no protocol/],
    ["http://", "htp://", /htp:\/\/, which the installer does not know/],
    ["http://mirror.example.com", "http:///x", /names no host/],
    ["http://mirror", "file://mirror", /three slashes/],
    ["--url=http://mirror.example.com/9/BaseOS/", '"--url=http://mirror.example.com/a b"', /has a blank/],
    ["mirror.example.com", "mirror.example.com:80800", /the port 80800/],
    ["9/BaseOS/", "mirrorlist?repo=9", /is a mirrorlist, and no repository/],
    ["9/BaseOS/", "9.iso", /is an ISO/],
    [
      "--url=http://mirror.example.com/9/BaseOS/",
      "--mirrorlist=http://mirror.example.com/9/os/",
      /is a folder, and no list/,
    ],
  ]),
  {
    code: "KS706",
    plant: ["reboot", "repo --name=a --baseurl=https://a.example.com/ --proxy=proxy.example.com:p\nreboot"],
    at: "repo",
    says: /has the port p/,
  },
  { code: "KS706", plant: ["lang ", "repo --name=x --baseurl=mirror/x\nlang "], at: "repo", says: /has no protocol/ },
  { code: "KS706", plant: SOUND.replace(/^url.*/m, "nfs --server=http://x --dir=y"), at: "nfs", says: /is no host/ },
  ...planted("KS707", "repo", [
    ["lang ", "repo --name=extra\nlang ", /extra has no URL/],
    ["lang ", 'repo --name="my repo" --baseurl=http://x/\nlang ', /"my repo" cannot be one/],
  ]),
  ...planted("KS708", "network", [
    ["--bootproto=dhcp", "--bootproto=static --ip=10.0.0.256 --netmask=255.0.0.0", /10\.0\.0\.256 is wrong/],
    ["--bootproto=dhcp", "--bootproto=static --ip=10.0.0.6/8 --netmask=255.0.0.0", /the mask after --netmask/],
    ["--bootproto=dhcp", "--bootproto=static --ip=10.0.0.6 --netmask=255.0.255.0", /--netmask 255\.0\.255\.0 is wrong/],
    ["--bootproto=dhcp", "--bootproto=static --ip=10.0.0.0 --netmask=255.255.255.0", /is the network itself/],
    [
      "--bootproto=dhcp",
      "--bootproto=static --ip=10.0.0.6 --netmask=255.255.255.0 --gateway=10.0.1.1",
      /not in the subnet/,
    ],
    ["--bootproto=dhcp", "--bootproto=dhcp --nameserver=dns.example.com", /dns\.example\.com is no address/],
    ["--bootproto=dhcp", "--bootproto=dhcp --hostname=my_host", /--hostname my_host is wrong/],
    ["--bootproto=dhcp", "--bootproto=dhcp --mtu=20", /--mtu 20 is wrong/],
    ["--bootproto=dhcp", "--bootproto=dhcp --vlanid=4095", /--vlanid 4095 is wrong/],
    ["--bootproto=dhcp", "--bootproto=dhcp --ipv6=fe80::zz", /--ipv6 fe80::zz is wrong/],
  ]),
  ...planted("KS709", "network", [
    ["--bootproto=dhcp", "--bootproto=dhcp --noipv4", /has no IPv4/],
    ["--bootproto=dhcp", "--bootproto=static --ip=192.168.1.9 --netmask=255.255.255.0", /10\.0\.2\.0\/24/],
    ["--device=link", "--device=bond0 --bondslaves=ens3,ens4", /one network device/],
  ]),
  ...planted("KS710", "url", [
    ["9/BaseOS/", "8/BaseOS/x86_64/os/", /is for version 8/],
    ["9/BaseOS/", "9/BaseOS/aarch64/os/", /is for aarch64/],
    ["9/BaseOS/", "9/BaseOS/x86_64/", /os\/ at its end/],
  ]),
  ...[
    "dnf -y remove sudo",
    "systemctl mask NetworkManager",
    "firewall-offline-cmd --remove-service=ssh",
    "chmod 0777 /etc/sudoers.d/x",
    "rm -rf /etc/sudoers.d/*",
    "chage -d 0 packer",
    "passwd --expire packer",
    "systemctl set-default rescue.target",
  ].map((line): Case => ({
    code: "KS408",
    plant: ["chmod 0440", `${line}\nchmod 0440`],
    says: /^(sudo is removed|NetworkManager is switched|ssh is shut out|sudo passes over|\/etc\/sudoers\.d is removed|the build logs in as packer, whose|rescue\.target is what)/,
  })),
  { code: "KS309", plant: ["zerombr", "%include /tmp/disks.ks"], says: /no %pre writes it/ },
  {
    code: "KS109",
    plant: ["--boot-drive=vda", "--boot-drive=vda --nombr"],
    at: "bootloader",
    says: /not in the master boot record/,
  },
  {
    code: "KS109",
    plant: ["--boot-drive=vda", "--boot-drive=vda --extlinux"],
    at: "bootloader",
    says: /has no extlinux/,
  },
  {
    code: "KS120",
    plant: ["--boot-drive=vda", "--boot-drive=vda --append=crashkernel=auto"],
    at: "bootloader",
    says: /reserves nothing/,
  },
  {
    code: "KS316",
    plant: ["reboot", "group --name=a --gid=9\ngroup --name=b --gid=9\nreboot"],
    at: "group --name=b",
    says: /gid of a, 9/,
  },
  {
    code: "KS320",
    plant: ["rootpw --lock", "rootpw --lock\nrootpw --iscrypted --lock x"],
    at: "rootpw --iscrypted",
    says: /only the last counts/,
  },
  { code: "KS320", plant: ["sudo\n", "@^server-product-environment\n"], says: /the second environment/ },
  {
    code: "KS320",
    plant: ["--bootproto=dhcp", "--bootproto=dhcp --ip=10.0.2.9 --netmask=255.255.255.0"],
    at: "network",
    says: /which is left out/,
  },
  { code: "KS324", plant: ["chmod 0440", "hostnamectl set-hostname a\nchmod 0440"], says: /speaks to a service/ },
  { code: "KS324", plant: ["chmod 0440", "apt-get update\nchmod 0440"], says: /another distribution/ },
  {
    code: "KS706",
    plant: SOUND.replace(/^url.*/m, "liveimg --url=http://mirror.example.com/x.qcow2 --checksum=abc"),
    at: "liveimg",
    says: /is a qcow2/,
  },
  {
    code: "KS706",
    plant: SOUND.replace(/^url.*/m, "liveimg --url=http://mirror.example.com/x.tar --checksum=abc"),
    at: "liveimg",
    says: /64 hexadecimal digits/,
  },
];

/** Cases of one code, found in the first line that begins so. */
function planted(
  code: string,
  at: string,
  plants: readonly (readonly [from: string, to: string, says: RegExp])[],
): Case[] {
  return plants.map(([from, to, says]) => ({ code, at, plant: [from, to], says }));
}

const folder = temporaryFolder("checks");
let findings: Finding[][];
let sound: Finding[] | undefined;
let ownLogin: Finding[] | undefined;

beforeAll(() => {
  writeFileSync(join(folder, "part.ks"), "zerombr\n");
  writeFileSync(join(folder, "itself.ks"), "%include itself.ks\n");
  mkdirSync(join(folder, "empty"));
  const files = CASES.map(({ plant, image, release }) => ({ text: textOf(plant), context: image ?? IMAGE, release }));
  const good = [SOUND, OWN_LOGIN].map((text) => ({ text, context: IMAGE, release: undefined }));
  const all = [...good, ...files].map(({ text, context, release }) => ({
    path: join(folder, "ks.cfg"),
    text,
    context,
    release: release ?? OsRelease.ROCKY_9,
  }));
  [sound, ownLogin, ...findings] = validateKickstarts(all, { cacheFolder: false, today: new Date("2026-11-01") }) as [
    Finding[],
    Finding[],
    ...Finding[][],
  ];
});

test("nothing is found in a sound kickstart", () => {
  expect(sound).toEqual([]);
});

test("nothing is found in a kickstart that leaves the login to the build", () => {
  expect(OWN_LOGIN).not.toContain("packer");
  expect(ownLogin).toEqual([]);
});

test("every code has a case here, but for bytes that are no text", () => {
  const notInTexts = ["KS001"];
  const missing = CODES.map(({ code }) => code).filter((code) => !CASES.some((one) => one.code === code));
  expect(missing).toEqual(notInTexts);
});

test.each(CASES.map((one, index) => ({ ...one, index, shown: shown(one) })))(
  "$code finds $shown",
  ({ code, plant, at, says, index }) => {
    const text = textOf(plant);
    const start = at ?? (typeof plant === "string" ? "" : plant[1].split("\n")[0]!);
    const line = start === "" ? 1 : text.split("\n").findIndex((content) => content.startsWith(start)) + 1;
    const found = findings[index]!.filter((finding) => finding.code === code);
    const [place] =
      code === "KS008" ? [{ file: "itself.ks", line: 1 }] : [{ file: "ks.cfg", line: code === "KS002" ? 4 : line }];
    expect(found.map(({ file, line, message }) => ({ file, line, message }))).toContainEqual({
      file: join(folder, place.file),
      line: place.line,
      message: expect.stringMatching(says) as string,
    });
  },
);

function textOf(plant: Case["plant"]): string {
  if (typeof plant === "string") return plant;
  if (!SOUND.includes(plant[0])) throw new Error(`the sound kickstart has no "${plant[0]}"`);
  return SOUND.replace(plant[0], () => plant[1]);
}

function shown({ plant, says }: Case): string {
  return typeof plant === "string" ? String(says) : JSON.stringify(plant[1]);
}
