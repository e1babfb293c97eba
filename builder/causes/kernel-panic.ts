import type { Cause } from "./cause";

/** The kernel of the installer or of the installed system gives up. */
export const kernelPanic: Cause = {
  name: "kernel panic",
  sources: ["console"],
  pattern: /Kernel panic - not syncing/,
  remedy: "look at the lines above it: mostly a missing root disk, too little memory, or a wrong initrd",
  examples: [
    {
      line: "[    1.769389] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)",
      seenIn: "Linux 6.1, kernel/panic.c, started without a root disk",
    },
  ],
};
