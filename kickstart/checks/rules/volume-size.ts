import type { Dialect } from "../../../recipe/release";
import { number, text, type CheckedKickstart } from "../kickstart";
import type { CheckedImage } from "../context";
import type { Hit, Rule } from "../rule";
import { SOURCE_COPIES } from "../install-source";
import { volumes, type Volume } from "../volumes";

/** What the installer makes of a partition without a size, in MiB (blivet, DEFAULT_PART_SIZE). */
const DEFAULT_MIB = 500;
/** Less than the smallest set of packages takes, in MiB. */
const ROOT_MIB = 800;
/** Recommended by the installer, which only warns; /boot: see `recommended` (Anaconda, anaconda.conf). */
const RECOMMENDED_MIB: Readonly<Record<string, number>> = { "/usr": 250, "/var": 384, "/tmp": 50, "/home": 100 };
/** The smallest that a format can have, in MiB (blivet, formats/). */
const SMALLEST_MIB: Readonly<Record<string, number>> = { ext2: 2, ext3: 2, ext4: 2, xfs: 16, btrfs: 256, lvmpv: 8 };

export const volumeSize: Rule = {
  code: "KS112",
  severity: "error",
  title: "size that is negative, too small or too large for what it is for",
  why: "pykickstart takes any number. The installer stops at a size that the file system cannot have (an EFI system partition below 50 MiB, XFS below 300 MiB since Enterprise Linux 10, a BIOS boot partition above 2 MiB) and fails when the packages or the kernel do not fit; below its recommendations it only warns. (blivet, formats; Anaconda, storage checker)",
  remedy: "Write the size in MiB: 1024 for /boot, 200 for /boot/efi, 1 for biosboot, and `--grow` for the rest.",
  check(kickstart, image) {
    return [...negative(kickstart), ...volumes(kickstart).flatMap((volume) => tooSmall(kickstart, image, volume))];
  },
};

function negative(kickstart: CheckedKickstart): Hit[] {
  const options = { size: "--size", maxSizeMB: "--maxsize", percent: "--percent", chunk_size: "--chunksize" };
  return kickstart.accepted("part", "partition", "raid", "logvol").flatMap((command) => {
    const { size, maxsize } = { size: number(command, "size"), maxsize: number(command, "maxSizeMB") };
    const below = Object.entries(options).filter(([name]) => number(command, name) < 0);
    const hits: Hit[] = below.map(([name, option]) => ({
      at: command,
      message: `${command.name} ${option} is ${number(command, name)}: write a number of MiB above 0`,
    }));
    if (maxsize > 0 && size > maxsize) {
      const message = `${command.name} --maxsize is ${maxsize} MiB and less than --size, ${size} MiB: write a larger one`;
      hits.push({ at: command, message, severity: "warning" });
    }
    return hits;
  });
}

function tooSmall(kickstart: CheckedKickstart, { release }: CheckedImage, volume: Volume): Hit[] {
  const { command, mountpoint, isNew } = volume;
  const mib = largest(volume);
  if (!isNew || mib === undefined || mib < 0) return [];
  const hit = (what: string, write: number, severity?: "warning"): Hit[] => [
    {
      at: command,
      message: `${mountpoint} has ${mib} MiB, ${what}: write --size=${write}`,
      ...(severity && { severity }),
    },
  ];
  if (mountpoint === "biosboot") {
    return mib > 2
      ? [{ at: command, message: `biosboot has at most 2 MiB, but gets ${shown(mib)}: write --size=1` }]
      : [];
  }
  if (mountpoint === "/boot/efi") return mib < 50 ? hit("but an EFI system partition needs 50 MiB", 200) : [];
  const copied = kickstart.isPartial || kickstart.has(...SOURCE_COPIES);
  if (!copied && isForPackages(kickstart, mountpoint) && mib < ROOT_MIB) {
    return hit("too little for the smallest set of packages", 4096);
  }
  const { dialect } = release;
  if (mountpoint === "/boot" && mib < (dialect === "rhel7" ? 100 : 150)) {
    return hit("too little for a kernel with its two initramfs images", 1024);
  }
  const format = formatOf(volume);
  const smallest = format === "xfs" && hasLargeXfs(dialect) ? 300 : (SMALLEST_MIB[format] ?? 0);
  if (mib < smallest) return hit(`but ${format} needs ${smallest} MiB`, Math.max(1024, smallest));
  const recommended = mountpoint === "/boot" ? (dialect === "rhel7" ? 200 : 512) : (RECOMMENDED_MIB[mountpoint] ?? 0);
  if (mib >= recommended) return [];
  return hit(`less than the ${recommended} MiB that the installer recommends`, Math.max(1024, recommended), "warning");
}

/** The most that it can get, in MiB; undefined if that is not known. */
function largest({ command, sizeMiB, grows }: Volume): number | undefined {
  const maxsize = number(command, "maxSizeMB");
  if (grows)
    return maxsize > 0
      ? Math.max(maxsize, sizeMiB ?? 0)
      : text(command, "mountpoint") === "biosboot"
        ? Infinity
        : undefined;
  if (command.name === "raid") return undefined;
  return sizeMiB ?? DEFAULT_MIB;
}

/** Whether most of the packages go there: to /usr, or to / without one. */
function isForPackages(kickstart: CheckedKickstart, mountpoint: string): boolean {
  const hasUsr = volumes(kickstart).some((volume) => volume.mountpoint === "/usr");
  return mountpoint === (hasUsr ? "/usr" : "/");
}

function formatOf({ mountpoint, fstype }: Volume): string {
  if (mountpoint.startsWith("pv.")) return "lvmpv";
  if (fstype !== "" || !mountpoint.startsWith("/")) return fstype;
  return "xfs";
}

/** mkfs.xfs of xfsprogs 5.19 refuses a smaller one: Enterprise Linux 10, Fedora 37. */
function hasLargeXfs(dialect: Dialect): boolean {
  return dialect === "rhel10" || (dialect.startsWith("fedora") && Number(dialect.slice("fedora".length)) >= 37);
}

function shown(mib: number): string {
  return mib === Infinity ? "the rest of the disk" : `${mib} MiB`;
}
