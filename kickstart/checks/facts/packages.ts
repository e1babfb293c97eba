/** Packages that kickstarts name often, in their true spelling (Enterprise Linux 7 to 10, EPEL and Fedora). */
export const COMMON_PACKAGES: readonly string[] = `
    NetworkManager NetworkManager-tui NetworkManager-wifi ModemManager PackageKit aide audit authselect bash
    bash-completion bind-utils bzip2 ca-certificates chrony cloud-init cloud-utils-growpart cockpit coreutils
    cronie cryptsetup curl dhcp-client dhclient dnf dnf-automatic dnf-plugins-core dnf-utils dnsmasq dosfstools dracut
    dracut-config-generic e2fsprogs efibootmgr epel-release ethtool expect findutils firewalld gcc gparted gdisk git glibc
    glibc-langpack-en gnupg2 grub2 grub2-efi-x64 grub2-pc grub2-tools grubby gzip hostname httpd hyperv-daemons
    initscripts insights-client iproute iptables iputils jq kernel kernel-core kernel-devel kernel-headers kernel-modules
    kexec-tools less logrotate lsof lvm2 mailx make man-db man-pages mariadb-server mdadm microcode_ctl mlocate nano
    net-tools nfs-utils nginx nmap nmap-ncat nodejs open-vm-tools openssh openssh-clients openssh-server openssl openscap
    openscap-scanner opensc parted patch pciutils perl plymouth podman policycoreutils postfix postgresql-server
    procps-ng psmisc python3 python3-libselinux python3-pip qemu-guest-agent rng-tools rpm rsync rsyslog
    scap-security-guide screen sed selinux-policy selinux-policy-targeted setools-console shim-x64 skopeo spice-vdagent
    sqlite strace subscription-manager sudo sysstat systemd tar tcpdump telnet tmux traceroute tree tuned unzip usbguard
    util-linux vim vim-enhanced vim-minimal virt-what wget which xfsprogs xz yum yum-utils zip zsh
  `
  .trim()
  .split(/\s+/);

/**
 * Packages that an Enterprise Linux no longer has, nor another one provides, by the first one without them, with what is
 * there instead.
 * ("Considerations in adopting RHEL 8", "9" and "10": removed packages.)
 */
export const REMOVED_PACKAGES: Readonly<Record<string, readonly [version: number, instead: string]>> = {
  ntp: [8, "chrony"],
  ntpdate: [8, "chrony"],
  "btrfs-progs": [8, "xfsprogs"],
  screen: [8, "tmux"],
  "network-scripts": [9, "NetworkManager"],
  python2: [9, "python3"],
  python36: [9, "python3"],
  tcp_wrappers: [8, "firewalld"],
  ypbind: [9, "sssd"],
  ypserv: [9, "sssd"],
};

/** Debian's names of packages, which people write out of habit, with what Enterprise Linux calls them. */
export const FOREIGN_PACKAGES: Readonly<Record<string, string>> = {
  apache2: "httpd",
  cron: "cronie",
  dnsutils: "bind-utils",
  "build-essential": "@development",
  "iputils-ping": "iputils",
  "network-manager": "NetworkManager",
  "nfs-common": "nfs-utils",
  "nfs-kernel-server": "nfs-utils",
  ssh: "openssh-server",
  sshd: "openssh-server",
  "libssl-dev": "openssl-devel",
  "python3-dev": "python3-devel",
  "python3-venv": "python3",
  "mysql-client": "mysql",
  "mariadb-client": "mariadb",
  locales: "glibc-langpack-en",
  "grub-pc": "grub2-pc",
  "linux-image-amd64": "kernel",
  "xz-utils": "xz",
};
