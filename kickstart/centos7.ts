import { post, type Rhel7 } from "../imports/kickstart/rhel7";

export interface Centos7Props {
  readonly hostname: string;
  /** Where the installer gets its packages. */
  readonly installUrl: string;
  readonly repos: readonly { readonly name: string; readonly baseurl: string }[];
  /** The password, or the marker of a secret. */
  readonly rootPassword: string;
}

/**
 * CentOS Linux 7 for Xen and KVM: the smallest system, all drivers in the initramfs. The same as `centos7.cfg.tmpl`, in
 * the typed form; a test proves it.
 */
export function centos7({ hostname, installUrl, repos, rootPassword }: Centos7Props): Rhel7 {
  return {
    install: true,
    text: true,
    url: { url: installUrl },
    repo: repos,

    lang: "en_US.UTF-8",
    keyboard: { vckeymap: "us", xlayouts: ["us"] },
    timezone: { timezone: "Etc/UTC", utc: true },
    network: [{ bootproto: "dhcp", device: "link", activate: true, onboot: true, hostname }],

    authconfig: "--enableshadow --passalgo=sha512",
    rootpw: { plaintext: true, password: rootPassword },
    selinux: { enforcing: true },
    firewall: { enabled: true, service: ["ssh"] },
    firstboot: { disable: true },
    services: { enabled: ["sshd"] },

    zerombr: true,
    ignoredisk: { onlyUse: ["vda"] },
    clearpart: { all: true, initlabel: true, drives: ["vda"] },
    bootloader: { location: "mbr", bootDrive: "vda", append: "console=tty0 console=ttyS0,115200" },
    part: [
      { mountpoint: "/boot", fstype: "xfs", size: 1024, ondisk: "vda" },
      { mountpoint: "swap", fstype: "swap", size: 512, ondisk: "vda" },
      { mountpoint: "/", fstype: "xfs", size: 1, grow: true, ondisk: "vda" },
    ],

    packages: {
      groups: ["core"],
      install: ["openssh-server", "sudo"],
      exclude: ["aic94xx-firmware*", "alsa-*", "iwl*firmware", "plymouth"],
    },
    scripts: [post("kickstart/centos7-post.sh", { log: "/root/ks-post.log" })],
    reboot: true,
  };
}
