import type { Dialect } from "../../../recipe/release";
import { text } from "../kickstart";
import type { Rule } from "../rule";
import { isMember, volumes } from "../volumes";

/** Formats that every release's installer makes, by blivet's short and long names (blivet, formats/). */
const COMMON = [
  ...["ext2", "ext3", "ext4", "xfs", "vfat", "swap", "tmpfs", "efi", "macefi", "biosboot", "prepboot", "appleboot"],
  ...["lvmpv", "mdmember", "luks", "LVM2_member", "linux_raid_member", "crypto_LUKS"],
  ...["EFI System Partition", "BIOS Boot", "PPC PReP Boot", "Apple Bootstrap"],
  ...["physical volume (LVM)", "software RAID"],
];
/** Partitions whose format follows from their name, whatever --fstype says (Anaconda, custom_partitioning.py). */
const FORCED = ["swap", "biosboot", "prepboot", "appleboot", "/boot/efi"];

export const fileSystem: Rule = {
  code: "KS111",
  severity: "error",
  title: "file system that the release cannot make",
  why: "pykickstart takes any word after `--fstype`; the installer stops at one that it has no format for, such as btrfs since Enterprise Linux 8. (Anaconda, custom_partitioning.py; blivet, formats)",
  remedy: "Write xfs or ext4; swap, biosboot and efi for those partitions.",
  check(kickstart, { release }) {
    const known = formatsOf(release.dialect);
    const lines = volumes(kickstart).filter((volume) => !FORCED.includes(volume.mountpoint) && !isMember(volume));
    const named = [
      ...lines.map(({ command, fstype }) => ({ command, fstype })),
      ...kickstart.accepted("autopart").map((command) => ({ command, fstype: text(command, "fstype") })),
      ...kickstart.accepted("mount").map((command) => ({ command, fstype: text(command, "reformat") })),
    ];
    return named
      .filter(({ fstype }) => fstype !== "" && !/[$@{<]/.test(fstype) && !known.includes(fstype))
      .map(({ command, fstype }) => ({
        at: command,
        message: `${release.title} cannot make the file system ${fstype}: write xfs or ext4`,
      }));
  },
};

function formatsOf(dialect: Dialect): readonly string[] {
  if (dialect.startsWith("fedora")) return [...COMMON, "btrfs", "f2fs", "ntfs", "exfat", "hfs+"];
  return dialect === "rhel7" ? [...COMMON, "btrfs", "hfs+"] : COMMON;
}
