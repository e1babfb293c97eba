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
      line: "Out of memory: Killed process",
      seenIn: "Linux 6.1, mm/oom_kill.c: the message's fixed part; not seen live",
    },
    { line: "Initramfs unpacking failed: write error", seenIn: "Linux 6.1, init/initramfs.c; not seen live" },
  ],
};
