import { buildLogin } from "../login";
import { isBootLoaderWanted, versionOf } from "../layout";
import { flag, type CheckedKickstart } from "../kickstart";
import type { CheckedImage } from "../context";
import { exclusionOf, hasVisiblePackages, wantsPackage } from "../packages";
import type { Hit, Rule } from "../rule";
import type { ParsedCommand } from "../parsed";
import { volumes } from "../volumes";

/** Without these nothing is installed: others need them. */
const BASE = [
  "systemd",
  "glibc",
  "bash",
  "coreutils",
  "filesystem",
  "setup",
  "rpm",
  "util-linux",
  "shadow-utils",
  "systemd-libs",
  "glibc-common",
  "libgcc",
  "pam",
  "libselinux",
  "openssl-libs",
  "krb5-libs",
  "ncurses-libs",
];
const KERNELS = [
  "kernel-core",
  "kernel-uek",
  "kernel-uek-core",
  "kernel-rt",
  "kernel-rt-core",
  "kernel-lt",
  "kernel-ml",
  "kernel-virt",
  "kernel-64k",
];

interface Need {
  readonly names: readonly string[];
  /** What needs it, e.g. "the build logs in by it". */
  readonly because: string;
}

export const packageExcluded: Rule = {
  code: "KS605",
  severity: "error",
  title: "package excluded that the system needs",
  why: "A line such as `-kernel` counts more than what the installer itself needs for the kernel, the boot loader, the layout or the firewall: it then stops, or the image does not start or cannot be logged in to.",
  remedy: "Take the line out.",
  check(kickstart, image) {
    if (!hasVisiblePackages(kickstart)) return [];
    return [...withoutCore(kickstart, image), ...excluded(kickstart, image)];
  },
};

function excluded(kickstart: CheckedKickstart, image: CheckedImage): Hit[] {
  const hits = new Map<string, Hit>();
  for (const { names, because } of needs(kickstart, image)) {
    for (const name of names) {
      const line = exclusionOf(kickstart, name);
      if (!line || hits.has(line.content)) continue;
      const { content, ...at } = line;
      const also = content === `-${name}` ? "" : `, which is ${name} too`;
      hits.set(content, { at, message: `${content} is excluded${also}, but ${because}: take the line out` });
    }
  }
  return [...hits.values()];
}

/** Groups and environments whose packages need NetworkManager. */
const BRINGS_NETWORK = /network|headless|server|workstation|desktop|host|^base|standard/;

/** KS404 looks for the SSH server. */
function withoutCore(kickstart: CheckedKickstart, image: CheckedImage): Hit[] {
  const { nocore, packageList = [], groups, excludedGroups, environment = "" } = kickstart.parsed.packages;
  const at = kickstart.parsed.sections.find(({ name }) => name === "%packages");
  const needed = buildLogin(kickstart, image) && versionOf(image.release.dialect) >= 8;
  if (
    !at ||
    !(nocore || excludedGroups.includes("core")) ||
    !needed ||
    [environment, ...groups].some((name) => BRINGS_NETWORK.test(name)) ||
    packageList.some((name) => /^(NetworkManager|systemd-networkd)/.test(name))
  )
    return [];
  return [{ at, message: "%packages leaves core out, and with it NetworkManager, so the build cannot log in: add it" }];
}

function needs(kickstart: CheckedKickstart, image: CheckedImage): Need[] {
  const login = buildLogin(kickstart, image);
  const made = volumes(kickstart).filter(({ isNew }) => isNew);
  const lvm = kickstart.has("volgroup") || kickstart.accepted("autopart").some(makesLvm);
  const uses = (...types: string[]) =>
    made.some(({ fstype, mountpoint }) => mountpoint.startsWith("/") && types.includes(fstype));
  const boots = isBootLoaderWanted(kickstart);
  const { dialect } = image.release;
  return [
    { names: BASE, because: "nothing can be installed without it" },
    ...(versionOf(dialect) >= 9 ? [{ names: ["python3", "python3-libs"], because: "dnf is written in it" }] : []),
    ...(kickstart.accepted("selinux").some(({ args }) => args.includes("--enforcing"))
      ? [{ names: ["selinux-policy", "selinux-policy-targeted"], because: "selinux --enforcing needs it" }]
      : []),
    ...(boots && !KERNELS.some((name) => wantsPackage(kickstart, name))
      ? [{ names: ["kernel", "kernel-core", "kernel-modules"], because: "the image does not start without a kernel" }]
      : []),
    ...(boots ? [{ names: ["dracut", "grub2-tools"], because: "the boot loader is made with it" }] : []),
    ...(boots && image.firmware === "bios" ? [{ names: ["grub2-pc"], because: "the machine starts by it" }] : []),
    ...(boots && image.firmware === "uefi"
      ? [{ names: ["grub2-efi-x64", "shim-x64", "efibootmgr"], because: "the machine starts by it" }]
      : []),
    ...(lvm ? [{ names: ["lvm2"], because: "the layout has LVM" }] : []),
    ...(kickstart.has("raid") ? [{ names: ["mdadm"], because: "the layout has RAID" }] : []),
    ...(uses("xfs") ? [{ names: ["xfsprogs"], because: "the layout has XFS" }] : []),
    ...(uses("ext2", "ext3", "ext4") ? [{ names: ["e2fsprogs"], because: "the layout has ext4" }] : []),
    ...(kickstart.accepted("firewall").some((line) => flag(line, "enabled"))
      ? [{ names: ["firewalld"], because: "firewall --enabled needs it" }]
      : []),
    ...(login && login.username !== "root" ? [{ names: ["sudo"], because: "the build works through sudo" }] : []),
    ...(login &&
    versionOf(dialect) >= 8 &&
    !wantsPackage(kickstart, "systemd-networkd") &&
    !kickstart.postHas(/systemd-networkd/)
      ? [{ names: ["NetworkManager"], because: "it brings up the network that the build logs in over" }]
      : []),
    ...(login && !isNamed(kickstart, "openssh-server")
      ? [{ names: ["openssh-server", "openssh"], because: "the build logs in by SSH" }]
      : []),
  ];
}

/** KS404 finds the package excluded by its own name. */
function isNamed(kickstart: CheckedKickstart, name: string): boolean {
  return kickstart.parsed.packages.excludedList?.includes(name) === true;
}

/** The installer's own layout has LVM unless another type is named. */
function makesLvm({ args }: ParsedCommand): boolean {
  return !args.some((arg) => /^(--type=)?(plain|partition|btrfs)$/.test(arg) || arg === "--nolvm");
}
