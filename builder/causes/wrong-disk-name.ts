import type { Cause } from "./cause";

/** The kickstart names a disk that the machine does not have. */
export const wrongDiskName: Cause = {
  name: "wrong disk name",
  sources: ["console", "installer"],
  pattern:
    /(?:Disk|Device|Partition) "\S+" given in \S+ (?:command|device list) does not exist|Specified nonexistent disk \S+|demo installer: error: .*this machine has: /,
  remedy:
    "name the disk that the disk interface gives (virtio: vda; sata, ide, virtio-scsi: sda; nvme: nvme0n1), or none at all",
  examples: [
    {
      line: 'Disk "vda" given in ignoredisk command does not exist.',
      seenIn: "https://github.com/Linuxfabrik/kickstart/issues/2",
    },
    {
      line: "Specified nonexistent disk vda in ignoredisk command",
      seenIn: "CentOS 6, https://github.com/kojak/kojak/issues/47",
    },
    {
      line: 'Device "sdq1" given in clearpart device list does not exist.',
      seenIn: "Anaconda, https://github.com/rhinstaller/anaconda/pull/7072; not seen live",
    },
    {
      line: "demo installer: error: ignoredisk leaves no disk to install to; this machine has: vda",
      seenIn: "this project's demo installer",
    },
  ],
};
