import { diskUses } from "../disks";
import type { Rule } from "../rule";

/** How Linux names the only disk on each bus. IDE disks are named like SCSI ones since libata. */
const FIRST_DISK = { virtio: "vda", "virtio-scsi": "sda", sata: "sda", ide: "sda", nvme: "nvme0n1" } as const;

export const diskName: Rule = {
  code: "KS101",
  severity: "error",
  title: "disk name that the image's disk does not have",
  why: "The kernel names a disk for its bus: vda on virtio, sda on virtio-scsi, SATA and IDE, nvme0n1 on NVMe. The installer stops at a disk that is not there. (Linux, admin-guide/devices.txt)",
  remedy: "Write the name that belongs to the disk interface, or leave the disk out: there is only one.",
  check(kickstart, { diskInterface }) {
    if (!diskInterface) return [];
    const expected = FIRST_DISK[diskInterface];
    return diskUses(kickstart)
      .filter(
        ({ command, option, disk }) => disk !== expected && !(command.name === "ignoredisk" && option === "--drives"),
      )
      .map(({ command, option, disk }) => ({
        at: command,
        message: `${command.name} ${option} names ${disk}, but the disk on ${diskInterface} is ${expected}: write ${expected}`,
      }));
  },
};
