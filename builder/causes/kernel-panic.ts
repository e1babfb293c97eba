import type { Cause } from "./cause";

/** The kernel of the installer or of the installed system gives up. */
export const kernelPanic: Cause = {
  name: "kernel panic",
  sources: ["console"],
  pattern: /Kernel panic - not syncing/,
  remedy: "look at the lines above it: mostly a broken initrd, too little memory, or a first process that ended",
  examples: [
    {
      line: "[   10.082668] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100",
      seenIn: "Linux 6.1, a first process that ended",
    },
  ],
};
