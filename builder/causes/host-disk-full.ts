import type { Cause } from "./cause";

/** What Packer or QEMU writes does not fit on the host's disk; what the guest writes, QEMU's monitor tells of. */
export const hostDiskFull: Cause = {
  name: "no space on the host",
  sources: ["packer"],
  pattern: /No space left on device/i,
  remedy: "make room where the store lies, for instance by: os-images gc",
  examples: [
    {
      line: "Error creating hard drive: QemuImg error: qemu-img: ../output/tiny.qcow2: Could not write qcow2 header: No space left on device",
      seenIn: "Packer 1.15, plugin 1.0.9, on a full tmpfs",
    },
  ],
};
