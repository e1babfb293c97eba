import { post, type Rhel9 } from "../imports/kickstart/rhel9";
import { OsRelease } from "../recipe/release";

/**
 * This project's own demo installer: a small medium made from Debian's packages that boots as a RHEL medium does and
 * reads the kickstart with pykickstart. It installs by `liveimg`, and has no driver for SATA.
 */
export const DEMO_INSTALLER = OsRelease.custom({
  id: "demo",
  title: "os-images demo installer",
  dialect: "rhel9",
  minimumMemoryMiB: 512,
  uefiMachineType: "pc",
});

export interface DemoProps {
  readonly hostname: string;
  /** Public key of the user `admin`, as in authorized_keys. */
  readonly adminKey: string;
}

/** The demo image: a small system for a first look, installed by the project's demo installer. */
export function demo({ hostname, adminKey }: DemoProps): Rhel9 {
  return {
    text: true,
    lang: "en_US.UTF-8",
    keyboard: "us",
    timezone: { timezone: "Etc/UTC", utc: true },
    network: [{ bootproto: "dhcp", device: "link", activate: true, hostname }],
    liveimg: { url: "file:///run/install/repo/rootfs.tar" },
    zerombr: true,
    clearpart: { all: true, initlabel: true },
    autopart: { type: "plain", nohome: true, noswap: true },
    bootloader: { location: "mbr", append: "console=hvc0 console=tty0 console=ttyS0,115200" },
    rootpw: { lock: true },
    user: [{ name: "admin", groups: ["sudo"] }],
    sshkey: [{ username: "admin", key: adminKey }],
    services: { enabled: ["ssh"] },
    reboot: true,
    scripts: [post("kickstart/demo-post.sh", { erroronfail: true })],
  };
}
