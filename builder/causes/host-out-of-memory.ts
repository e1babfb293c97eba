import type { Cause } from "./cause";

/** The host has too little memory for the guest. */
export const hostOutOfMemory: Cause = {
  name: "out of memory on the host",
  sources: ["packer"],
  pattern: /cannot set up guest memory|Cannot allocate memory/,
  remedy: "lower memoryMiB, or build fewer images at once",
  examples: [
    {
      line: "Qemu stderr: qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory",
      seenIn: "QEMU 7.2, under a limit of its address space",
    },
  ],
};
