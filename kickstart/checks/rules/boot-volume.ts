import { text } from "../kickstart";
import { isBootLoaderWanted } from "../layout";
import type { Hit, Rule } from "../rule";
import { bootVolume, isEncrypted, volumes } from "../volumes";

/** What GRUB starts a kernel from here (Anaconda, bootloader/grub2.py). */
const BOOTABLE = ["ext2", "ext3", "ext4", "xfs", "btrfs"];

export const bootVolumeRule: Rule = {
  code: "KS115",
  severity: "error",
  title: "/boot where the boot loader cannot be installed",
  why: "The installer puts /boot, or / without one, on a partition or a RAID array with ext4, XFS or, if the release has it, btrfs: not on a logical volume, and not encrypted. /boot/efi is a partition or RAID1. (Anaconda, bootloader/grub2.py, platform.py)",
  remedy: "Add `part /boot --fstype=xfs --size=1024`.",
  check(kickstart) {
    if (kickstart.isPartial || kickstart.has("autopart", "mount") || !isBootLoaderWanted(kickstart)) return [];
    const hits: Hit[] = [];
    const boot = bootVolume(kickstart);
    if (boot && !kickstart.accepted("reqpart").some(({ values }) => values["addBoot"] === true)) {
      const { command, mountpoint, fstype } = boot;
      const hit = (what: string): number =>
        hits.push({ at: command, message: `${mountpoint} ${what}: add \`part /boot --fstype=xfs --size=1024\`` });
      const holds = mountpoint === "/" ? "holds /boot and " : "";
      if (command.name === "logvol") hit(`${holds}is a logical volume, which the boot loader cannot start from`);
      else if (isEncrypted(kickstart, boot)) hit(`${holds}is encrypted, which the boot loader cannot start from`);
      else if (fstype !== "" && !BOOTABLE.includes(fstype) && mountpoint === "/boot") {
        hits.push({
          at: command,
          message: `/boot is on ${fstype}, which the boot loader cannot start from: write xfs`,
        });
      }
    }
    const esp = volumes(kickstart).find(({ mountpoint }) => mountpoint === "/boot/efi");
    if (
      esp &&
      (esp.command.name === "logvol" || (esp.command.name === "raid" && text(esp.command, "level") !== "RAID1"))
    ) {
      hits.push({
        at: esp.command,
        message: "/boot/efi has to be a partition or RAID1: write `part /boot/efi --fstype=efi --size=200`",
      });
    }
    return hits;
  },
};
