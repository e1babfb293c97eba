import type { CheckedKickstart } from "../kickstart";
import type { Hit, Rule } from "../rule";
import { isMounted, volumes, type Volume } from "../volumes";

/** Partitions that are not mounted. */
const NAMES = /^(swap|none|None|biosboot|prepboot|appleboot|(pv|raid|btrfs)\..+)$/;
/** Folders of the root file system (Anaconda, anaconda.conf, must_be_on_root and must_be_on_linuxfs). */
const ON_ROOT = ["/bin", "/dev", "/sbin", "/etc", "/lib", "/lib64", "/root", "/mnt", "/proc", "/sys", "/run"];
const ON_LINUX = ["/", "/var", "/tmp", "/usr", "/home", "/usr/share", "/usr/lib"];
const NOT_LINUX = ["vfat", "efi", "swap", "ntfs", "exfat", "hfs+", "EFI System Partition"];

export const mountPoint: Rule = {
  code: "KS114",
  severity: "error",
  title: "mount point that cannot be one",
  why: "pykickstart takes any word as a mount point. The installer refuses one that does not begin with /, a folder that has to be on /, such as /etc, and a file system for / or /usr that Linux cannot run from; of two lines for one mount point the last counts. (Anaconda, storage checker)",
  remedy: "Write a path such as /srv, or swap, biosboot, pv.01, raid.01.",
  check(kickstart) {
    return [...volumes(kickstart).flatMap(wrong), ...twice(kickstart)];
  },
};

function wrong(volume: Volume): Hit[] {
  const { command, mountpoint, fstype } = volume;
  const at = command;
  if (/[$@{<]/.test(mountpoint) || NAMES.test(mountpoint)) return [];
  if (!isMounted(volume)) {
    return [
      { at, message: `${mountpoint} is no mount point: write a path such as /${mountpoint}, or swap, pv.01, raid.01` },
    ];
  }
  if (/[\s,]|\/\/|\/\.\.?(\/|$)/.test(mountpoint)) {
    return [{ at, message: `${mountpoint} is no mount point: write a plain path such as /srv` }];
  }
  if (ON_ROOT.includes(mountpoint)) {
    return [{ at, message: `${mountpoint} has to be on the file system of /: take the line out` }];
  }
  if (ON_LINUX.includes(mountpoint) && NOT_LINUX.includes(fstype)) {
    return [{ at, message: `${mountpoint} cannot be on ${fstype}: write xfs or ext4` }];
  }
  return [];
}

/** pykickstart itself warns of two part lines. */
function twice(kickstart: CheckedKickstart): Hit[] {
  const mounted = volumes(kickstart).filter(isMounted);
  const boot = mounted.find(({ mountpoint }) => mountpoint === "/boot");
  const added = kickstart.accepted("reqpart").find(({ values }) => values["addBoot"] === true);
  if (boot && added) {
    const message = `reqpart --add-boot makes /boot, and line ${boot.command.line} does too: take --add-boot out`;
    return [{ at: added, message, severity: "warning" }];
  }
  return mounted.flatMap(({ command, mountpoint }, index) => {
    const other = mounted
      .slice(0, index)
      .find((one) => one.mountpoint === mountpoint && (one.command.name !== command.name || command.name !== "part"));
    if (!other) return [];
    const message = `${mountpoint} is on ${other.command.name} (line ${other.command.line}) too, and only one counts: keep one`;
    return [{ at: command, message, severity: "warning" as const }];
  });
}
