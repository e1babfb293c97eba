/**
 * Mistakes that the checks were not made for: taken from the installer's documentation, bug reports and forums when the
 * rules were done, to see what they miss. They are planted in bench/kickstarts/server-lvm.cfg (Enterprise Linux 9). Those
 * that were missed then led to rules for their class; which ones, the table in docs/kickstart-checks.md says.
 */
export interface Unseen {
  readonly title: string;
  /** Whether the installation stops, or the build cannot log in; otherwise the image is only not as it was meant. */
  readonly stops: boolean;
  /** As in `String.replace`. */
  readonly find: RegExp;
  readonly write: string;
}

const LINE = /^(?=skipx)/m;
const POST = /^(?=printf)/m;
const PACKAGE = /^(?=chrony$)/m;
const APPEND = /console=ttyS0,115200/;
const STATIC = /--bootproto=dhcp/;
const staticOf = (ip: string, netmask: string, gateway: string): string =>
  `--bootproto=static --ip=${ip} --netmask=${netmask} --gateway=${gateway} --nameserver=10.0.2.3`;

const FIRST: readonly Unseen[] = [
  // Disks
  stops("the only disk is ignored", /ignoredisk --only-use=vda/, "ignoredisk --drives=vda"),
  stops("clears a partition that an empty disk does not have", /--all --initlabel --drives=vda/, "--list=vda3"),
  stops(
    "uses a partition that an empty disk does not have",
    /part pv.01 --size=8192 --grow --ondisk=vda/,
    "part pv.01 --onpart=vda2",
  ),
  stops("uses a logical volume that an empty disk does not have", /(--name=root .*)--size=4096/, "$1--useexisting"),
  stops("blank in the name of a logical volume", /--name=var/, '--name="my var"'),
  stops("slash in the name of a volume group", /volgroup system(.*)((?:\n.*)*)/, "volgroup sys/tem$1$2"),
  stops("/ mounted noexec", /(logvol \/ .*)$/m, '$1 --fsoptions="defaults,noexec"'),
  stops("/var is not mounted at the start", /(logvol \/var .*)$/m, "$1 --fsoptions=noauto"),
  goesOn("label that XFS cannot have", /(part \/boot .*)$/m, "$1 --label=the-boot-partition"),
  goesOn("reqpart makes a second /boot", LINE, "reqpart --add-boot\n"),
  stops("snapshot of a volume that is not thin", LINE, "snapshot system/root --name=clean --when=post-install\n"),

  // Boot loader
  stops("another root device on the kernel's line", APPEND, "root=/dev/sda1 console=ttyS0,115200"),
  stops("starts into single-user mode", APPEND, "single console=ttyS0,115200"),
  stops("starts into the rescue target", APPEND, "systemd.unit=rescue.target console=ttyS0,115200"),
  goesOn(
    "the installer's arguments on the image's kernel line",
    APPEND,
    "inst.ks=http://10.0.2.2/ks.cfg console=ttyS0,115200",
  ),
  stops("boot menu that waits for ever", /bootloader /, "bootloader --timeout=-1 "),
  goesOn("boot menu that waits for ten minutes", /bootloader /, "bootloader --timeout=600 "),
  goesOn("boot loader's password said to be a hash", /bootloader /, "bootloader --iscrypted --password=hunter2 "),
  goesOn("console in typographic quotes", /--append="[^"]*"/, "--append=“console=ttyS0”"),

  // Network
  stops("IPv6 alone, on a network that has IPv4", /--bootproto=dhcp/, "--bootproto=dhcp --noipv4"),
  stops(
    "static address of another network than the build's",
    /--bootproto=dhcp/,
    "--bootproto=static --ip=192.168.1.10 --netmask=255.255.255.0 --gateway=192.168.1.1 --nameserver=192.168.1.1",
  ),
  stops("address from an iSCSI adapter that is not there", /--bootproto=dhcp/, "--bootproto=ibft"),
  stops("device by a MAC address that is none", /--device=link/, "--device=52:54:00:12:34:zz"),
  stops("no DNS, and a mirror by name", /--bootproto=dhcp/, "--bootproto=dhcp --nodns"),
  stops("device by its place in a list", /--device=link/, "--device=0"),
  goesOn("bond of devices that are not there", /--device=link/, "--device=bond0 --bondslaves=ens4,ens5"),

  // Source
  stops("mirror of another version", /rocky\/9\/BaseOS/, "rocky/8/BaseOS"),
  stops("repository of another version", /rocky\/9\/AppStream/, "rocky/10/AppStream"),
  stops("mirror of another architecture", /BaseOS\/x86_64/, "BaseOS/aarch64"),
  stops("mirror's folder without os", /BaseOS\/x86_64\/os\//, "BaseOS/x86_64/"),
  stops("packages of another architecture", PACKAGE, "glibc.aarch64\n"),
  stops("module stream that never was", LINE, "module --name=nodejs --stream=99\n"),
  stops("HMC of an IBM mainframe", /^url .*$/m, "hmc"),
  stops("FCoE on a machine without", LINE, "fcoe --nic=ens3 --dcb\n"),
  goesOn("Red Hat's subscription on another distribution", LINE, "rhsm --organization=1 --activation-key=a\n"),
  stops("driver disk that is not there", LINE, "driverdisk sdb1\n"),

  // Packages
  goesOn("installs and excludes one package", PACKAGE, "httpd\n-httpd\n"),
  stops("excludes what dnf is written in", PACKAGE, "-python3\n"),
  stops("enforces a policy that is excluded", PACKAGE, "-selinux-policy-targeted\n"),
  stops("group without a name", PACKAGE, "@\n"),
  stops("excludes a library that everything needs", PACKAGE, "-openssl-libs\n"),
  stops("minimal environment without core", /%packages /, "%packages --nocore "),

  // System
  stops("switches the network's service off", /services --enabled/, "services --disabled=NetworkManager --enabled"),
  stops("switches D-Bus off", /services --enabled/, "services --disabled=dbus-broker --enabled"),
  stops("enables the network service of an old release", /sshd,chronyd/, "sshd,chronyd,network"),
  stops("user without a login shell", /user --name=packer/, "user --name=packer --shell=/sbin/nologin"),
  goesOn("hash that was cut off", /rootpw --lock/, "rootpw --iscrypted $6$abcdefgh$short"),
  goesOn("password with a # in it", /rootpw --lock/, "rootpw --plaintext pass#word"),
  goesOn("add-on by its name in another release", /^(?=%post)/m, "%addon org_fedora_oscap\n  profile = cis\n%end\n\n"),

  // Scripts
  stops("sudo rule that sudo cannot read", /NOPASSWD: ALL/, "NOPASSWD ALL"),
  stops("sudo rule in a file that sudo passes over", /sudoers.d\/packer/g, "sudoers.d/packer.conf"),
  stops("script that restarts the machine", POST, "systemctl reboot\n"),
  stops("script that asks", POST, "read -p 'Host name: ' NAME\n"),
  stops("dnf that asks", POST, "dnf install httpd\n"),
  stops("script with an if that is not closed", POST, "if [ -f /etc/passwd ]; then\n"),
  stops("script with a text that is not closed", POST, "cat > /etc/motd <<EOF\nWelcome\n"),
  goesOn("script that starts a service in the chroot", POST, "systemctl start sshd\n"),
  goesOn("script of the system writes to the installer's folder", POST, "echo hello > /mnt/sysimage/etc/motd\n"),
  stops(
    "script of the installer before anything is mounted",
    /^(?=%packages)/m,
    "%pre --erroronfail\necho hello > /mnt/sysimage/etc/motd\n%end\n\n",
  ),
  goesOn(
    "script of the installer writes to its own /etc",
    /%post --erroronfail/,
    "%post --nochroot\necho hello > /etc/motd\n%end\n\n%post --erroronfail",
  ),
];

/** A second series, written down when the classes of the first had rules. */
const SECOND: readonly Unseen[] = [
  stops("sshd lets another user in alone", POST, "echo 'AllowUsers admin' >> /etc/ssh/sshd_config\n"),
  stops(
    "sshd takes no keys",
    POST,
    "sed -i 's/^#PubkeyAuthentication.*/PubkeyAuthentication no/' /etc/ssh/sshd_config\n",
  ),
  stops("sshd on another port", POST, "echo 'Port 2222' > /etc/ssh/sshd_config.d/10-port.conf\n"),
  stops("script removes the SSH server", POST, "dnf -y remove openssh-server\n"),
  stops("script removes sudo", POST, "dnf -y remove sudo\n"),
  stops("script removes the build's user", POST, "userdel -r packer\n"),
  stops("script masks the network's service", POST, "systemctl mask NetworkManager\n"),
  stops("script closes the firewall for SSH", POST, "firewall-offline-cmd --remove-service=ssh\n"),
  stops("sudo rule that everybody may write", /chmod 0440/, "chmod 0777"),
  goesOn("hostnamectl in the chroot", POST, "hostnamectl set-hostname web\n"),
  goesOn("firewall-cmd without a firewalld", POST, "firewall-cmd --permanent --add-service=http || true\n"),
  goesOn("nmcli changes the installer's connection", POST, "nmcli connection modify ens3 ipv4.dns 192.0.2.1\n"),
  goesOn("log of a script by a relative path", /--log=\/root\/ks-post.log/, "--log=ks-post.log"),
  stops("include of a file that no %pre writes", LINE, "%include /tmp/disks.ks\n"),
  stops("%pre writes another file than is included", LINE, "%include /tmp/disks.ks\n%pre\necho > /tmp/disk.ks\n%end\n"),
  stops("boot loader that leaves the MBR alone", /bootloader /, "bootloader --nombr "),
  stops("boot loader extlinux", /bootloader /, "bootloader --extlinux "),
  goesOn("address beside DHCP", /--bootproto=dhcp/, "--bootproto=dhcp --ip=10.0.2.50 --netmask=255.255.255.0"),
  goesOn(
    "two lines for root's password",
    /rootpw --lock/,
    "rootpw --lock\nrootpw --iscrypted $y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7",
  ),
  goesOn("two environments", PACKAGE, "@^server-product-environment\n"),
  stops(
    "checksum that is none",
    /^url .*$/m,
    "liveimg --url=https://mirror.example.com/root.tar.xz --checksum=d41d8cd98f00b204e9800998ecf8427e",
  ),
  stops("archive that no liveimg can be", /^url .*$/m, "liveimg --url=https://mirror.example.com/root.qcow2"),
  stops("script in the language of the wrong shell", POST, "set -euo pipefail; local x=1\n"),
  stops("command of another distribution", POST, "apt-get update\n"),
  goesOn("two groups of one number", LINE, "group --name=admins --gid=1500\ngroup --name=staff --gid=1500\n"),
  goesOn("kernel memory for kdump the old way", APPEND, "console=ttyS0,115200 crashkernel=auto"),
  stops("network names for a kickstart served by name", /mirror.example.com/g, "mirror"),
  stops("root file system on a RAID that is not made", /volgroup system pv.01/, "volgroup system raid.01"),
  goesOn("swap larger than the whole disk allows", /--name=swap --size=1024/, "--name=swap --size=1024 --maxsize=512"),
  stops("user in a group that useradd cannot name", /user --name=packer/, "user --name=packer --groups=wheel;docker"),
];

/** A third series, by class: one or two of each kind of value that the first two did not have. */
const THIRD: readonly Unseen[] = [
  // Sizes and volumes
  stops("logical volume of no size", /--fstype=xfs --size=4096/, "--fstype=xfs --size=0"),
  stops("more percent of a group than there are", /--fstype=xfs --size=2048/, "--fstype=xfs --percent=150"),
  stops("two logical volumes of one name", /--name=var/, "--name=root"),
  stops("logical volumes larger than their group", /--size=2048/, "--size=90000"),
  stops("thin volume in a pool that is not made", /(logvol \/var .*)$/m, "$1 --thin --poolname=pool"),
  stops("one physical volume in two groups", /^volgroup system pv.01$/m, "volgroup system pv.01\nvolgroup data pv.01"),
  goesOn("physical volume that no group has", /^volgroup/m, "part pv.02 --size=500 --ondisk=vda\nvolgroup"),
  stops("/etc on a volume of its own", /logvol \/var /, "logvol /etc "),
  stops("mount point of the kernel's", /logvol \/var /, "logvol /proc "),
  stops("mount point without a slash", /logvol \/var /, "logvol var "),
  stops(
    "more spares than members",
    /^part \/boot .*$/m,
    "part raid.01 --size=1024 --ondisk=vda\npart raid.02 --size=1024 --ondisk=vda\n" +
      "raid /boot --level=1 --spares=2 --device=0 --fstype=xfs raid.01 raid.02",
  ),
  stops("options of mkfs that are none", /(part \/boot .*)$/m, '$1 --mkfsoptions="-X nothing"'),

  // Boot loader
  stops("root volume that is not made", APPEND, "rd.lvm.lv=system/rot console=ttyS0,115200"),
  stops("less memory than a kernel needs", APPEND, "mem=64M console=ttyS0,115200"),
  stops("a shell in place of the system", APPEND, "init=/bin/bash console=ttyS0,115200"),
  stops("unit without its ending", APPEND, "systemd.unit=multi-user console=ttyS0,115200"),
  goesOn("SELinux switched off beside enforcing", APPEND, "selinux=0 console=ttyS0,115200"),
  stops("partition for the boot loader's disk", /--boot-drive=vda/, "--boot-drive=vda1"),

  // Network
  stops("netmask with a hole", STATIC, staticOf("10.0.2.15", "255.0.255.0", "10.0.2.2")),
  stops("address with a prefix", STATIC, staticOf("10.0.2.15/24", "255.255.255.0", "10.0.2.2")),
  stops("gateway of another network", STATIC, staticOf("10.0.2.15", "255.255.255.0", "10.0.3.1")),
  goesOn("interface of another hypervisor", /--device=link/, "--device=ens192"),
  stops("DNS server by its name", /--bootproto=dhcp/, "--bootproto=dhcp --nameserver=dns.example.com"),
  stops("host name with an underscore", /--hostname=server/, "--hostname=my_server"),
  stops("VLAN that there cannot be", /--device=link/, "--device=link --vlanid=5000"),
  goesOn("frames larger than any card's", /--device=link/, "--device=link --mtu=90000"),

  // Services, firewall, SELinux
  stops("service of a package that is not installed", /sshd,chronyd/, "sshd,chronyd,httpd"),
  stops("service by its name in another distribution", /sshd,chronyd/, "ssh,chronyd"),
  goesOn("port above the last", /--service=ssh/, "--service=ssh --port=80800:tcp"),
  goesOn("services of a firewall that is off", /firewall --enabled/, "firewall --disabled"),
  goesOn("two modes of SELinux", /selinux --enforcing/, "selinux --enforcing --permissive"),

  // Languages, keyboards, times
  goesOn("country that a language does not have", /lang en_US/, "lang en_UK"),
  goesOn("second language that there is not", /lang en_US.UTF-8/, "lang en_US.UTF-8 --addsupport=xx_YY.UTF-8"),
  goesOn("keyboard by its language's name", /--vckeymap=us/, "--vckeymap=english"),
  goesOn("switch of layouts that there is not", /--xlayouts=us/, "--xlayouts=us,de --switch=grp:ctl_alt"),
  stops("time zone by a capital without one", /Europe\/Berlin/, "Europe/Bonn"),
  goesOn("time server by a URL", /ntp.example.com/, "https://ntp.example.com"),

  // Users
  goesOn("user whose name the system has", LINE, "user --name=daemon --groups=wheel\n"),
  goesOn("one user twice", LINE, "user --name=packer --shell=/bin/bash\n"),
  stops("home that is no path", /user --name=packer/, "user --name=packer --homedir=home/packer"),
  goesOn("administrators' group misspelt", LINE, "user --name=admin --groups=weel --lock\n"),
  stops("key of a user whom nobody makes", LINE, 'sshkey --username=admin "ssh-ed25519 AAAA admin"\n'),
  goesOn("half of a key", LINE, 'user --name=admin --lock\nsshkey --username=admin "ssh-ed25519"\n'),

  // Sources and packages
  goesOn("two repositories of one name", LINE, "repo --name=AppStream --baseurl=https://mirror.example.com/extra/\n"),
  stops("repository with a blank in its name", /--name=AppStream/, '--name="App Stream"'),
  stops("proxy without a port that is none", /^(url .*)$/m, "$1 --proxy=proxy.example.com:port"),
  stops("two streams of one module", LINE, "module --name=nodejs --stream=18\nmodule --name=nodejs --stream=20\n"),
  stops("kernel left out", PACKAGE, "-kernel\n-kernel-core\n"),
  stops("boot loader left out", PACKAGE, "-grub2-pc\n"),
  stops("group of an old release", PACKAGE, "@x11\n"),
  stops("package of an old release", PACKAGE, "ntp\n"),

  // Scripts and add-ons
  stops("Python of an old release runs a script", /%post /, "%post --interpreter=/usr/bin/python "),
  stops("password of the build's user runs out at once", POST, "chage -d 0 packer\n"),
  stops("script that always fails", POST, "exit 1\n"),
  stops("disk in fstab that is not there", POST, "echo '/dev/sdb1 /data xfs defaults 0 0' >> /etc/fstab\n"),
  stops("starts into the rescue target by default", POST, "systemctl set-default rescue.target\n"),
  stops("all sudo rules removed", POST, "rm -rf /etc/sudoers.d\n"),
  goesOn("memory for kdump in words", /^(?=%post)/m, "%addon com_redhat_kdump --enable --reserve-mb=lots\n%end\n\n"),
  goesOn("add-on without a name", /^(?=%post)/m, "%addon\n%end\n\n"),
];

/** A series, and how it came out when it was written down: errors, warnings, missed or only remarked. */
export interface Series {
  readonly name: string;
  readonly mistakes: readonly Unseen[];
  readonly before: { readonly stops: readonly number[]; readonly goesOn: readonly number[] };
}

export const UNSEEN: readonly Series[] = [
  { name: "first", mistakes: FIRST, before: { stops: [2, 0, 43], goesOn: [0, 1, 14] } },
  { name: "second", mistakes: SECOND, before: { stops: [4, 2, 14], goesOn: [0, 1, 9] } },
  { name: "third", mistakes: THIRD, before: { stops: [27, 0, 13], goesOn: [2, 13, 4] } },
];

function stops(title: string, find: RegExp, write: string): Unseen {
  return { title, stops: true, find, write };
}

function goesOn(title: string, find: RegExp, write: string): Unseen {
  return { title, stops: false, find, write };
}
