import type { Cause } from "./cause";

/** What is to be installed does not fit on the guest's disk. */
export const guestDiskFull: Cause = {
  name: "no space in the guest",
  sources: ["console", "installer"],
  pattern:
    /No space left (?:on device|in the new system)|not enough (?:free )?space (?:on (?:the )?disks?|in file systems)|Unable to allocate requested partition scheme|demo installer: error: .*\b(?:too small|needs \d+ MiB)/i,
  remedy: "raise diskSize, or ask for less in the kickstart's part and %packages",
  examples: [
    {
      line: "demo installer: error: no space left in the new system while unpacking file:///run/install/repo/rootfs.tar",
      seenIn: "this project's demo installer",
    },
    {
      line: "tar: ./usr/lib/x86_64-linux-gnu/libicudata.so.72.1: Cannot write: No space left on device",
      seenIn: "GNU tar 1.34 in this project's demo installer",
    },
    {
      line: "storage configuration failed: Unable to allocate requested partition scheme.",
      seenIn:
        "blivet, partitioning.py, under Anaconda 21.40 of RHEL 7.3; https://github.com/storaged-project/blivet/pull/30",
    },
    {
      line: "Not enough space in file systems for the current software selection. An additional 1748.15 MiB is needed.",
      seenIn: "Anaconda 21.40 of RHEL 7.3, from a log that its user published",
    },
  ],
};
