import { diskUses, type DiskUse } from "../disks";
import type { Hit, Rule } from "../rule";

/** How Linux names the only disk on each bus. IDE disks are named like SCSI ones since libata. */
export const FIRST_DISK = { virtio: "vda", "virtio-scsi": "sda", sata: "sda", ide: "sda", nvme: "nvme0n1" } as const;

/** Options that take whole disks alone. */
const WHOLE = ["--only-use", "--drives", "--boot-drive", "--driveorder", "--ondisk"];

export const diskName: Rule = {
  code: "KS101",
  severity: "error",
  title: "disk name that the image's disk does not have",
  why: "The kernel names a disk for its bus: vda on virtio, sda on virtio-scsi, SATA and IDE, nvme0n1 on NVMe. The installer stops at a disk that is not there. (Linux, admin-guide/devices.txt)",
  remedy: "Write the name that belongs to the disk interface, or leave the disk out: there is only one.",
  check(kickstart, { diskInterface }) {
    const expected = diskInterface && FIRST_DISK[diskInterface];
    return diskUses(kickstart)
      .filter(({ command, option }) => !(command.name === "ignoredisk" && option === "--drives"))
      .flatMap((use): Hit[] => {
        const { command: at, option, disk } = use;
        if (expected !== undefined && disk !== expected) {
          const message = `${at.name} ${option} names ${disk}, but the disk on ${diskInterface} is ${expected}: write ${expected}`;
          return [{ at, message }];
        }
        return isWrongPartition(use) ? [{ at, message: `${at.name} ${option} names a partition: write ${disk}` }] : [];
      });
  },
};

function isWrongPartition({ option, isPartition }: DiskUse): boolean {
  return isPartition && WHOLE.includes(option);
}
