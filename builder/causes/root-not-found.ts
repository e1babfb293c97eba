import type { Cause } from "./cause";

/** The installed kernel does not find its root file system. */
export const rootNotFound: Cause = {
  name: "root file system not found",
  sources: ["console"],
  pattern:
    /the root file system \S+ was not found|VFS: Unable to mount root fs|ALERT! +\S+ does not exist\. +Dropping to a shell/,
  remedy:
    "the boot loader's root= and the disk's file system differ: look at bootloader --append and at the disk interface",
  examples: [
    {
      line: "the root file system UUID=484a3a54-61f8-435c-8062-cdb605b0ca69 was not found",
      seenIn: "this project's demo image",
    },
    {
      line: "[    1.763000] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)",
      seenIn: "Linux 6.1, started without a root disk",
    },
  ],
};
