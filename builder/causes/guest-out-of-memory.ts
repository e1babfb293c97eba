import type { Cause } from "./cause";

/** The guest has too little memory. */
export const guestOutOfMemory: Cause = {
  name: "out of memory in the guest",
  sources: ["console"],
  pattern:
    /Out of memory: Killed process|System is deadlocked on memory|Initramfs unpacking failed: write error|not enough memory to (?:load|start)/i,
  remedy: "raise memoryMiB: the installer holds its own files in memory",
  examples: [
    {
      line: "[    1.613299] Kernel panic - not syncing: System is deadlocked on memory",
      seenIn: "Linux 6.1 with an initramfs of 12 MB in 80 MiB",
    },
    {
      line: "[  518.050606] Out of memory: Killed process 15784 (python3) total-vm:11964kB, anon-rss:4288kB, file-rss:3028kB, shmem-rss:0kB",
      seenIn: "https://github.com/docker/for-linux/issues/1001",
    },
    {
      line: "[    4.549715] Initramfs unpacking failed: write error",
      seenIn: "https://github.com/projectbluefin/server/issues/65",
    },
  ],
};
