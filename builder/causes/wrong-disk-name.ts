import type { Cause } from "./cause";

/** The kickstart names a disk that the machine does not have. */
export const wrongDiskName: Cause = {
  name: "wrong disk name",
  sources: ["console", "installer"],
  pattern:
    /Disk "\S+" given in \S+ command does not exist|Specified nonexistent disk \S+|demo installer: error: .*this machine has: /,
  remedy:
    "name the disk that the disk interface gives (virtio: vda; sata, ide, virtio-scsi: sda; nvme: nvme0n1), or none at all",
  examples: [
    {
      line: 'Disk "sdq" given in clearpart command does not exist.',
      seenIn: "Anaconda, pyanaconda/modules/storage; not seen live",
    },
    {
      line: "Specified nonexistent disk sdq in partition command",
      seenIn: "Anaconda, pyanaconda/modules/storage; not seen live",
    },
    {
      line: "demo installer: error: ignoredisk leaves no disk to install to; this machine has: vda",
      seenIn: "this project's demo installer",
    },
  ],
};
