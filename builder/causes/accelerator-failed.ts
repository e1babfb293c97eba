import type { Cause } from "./cause";

/** QEMU cannot use its accelerator. */
export const acceleratorFailed: Cause = {
  name: "accelerator failed",
  sources: ["packer"],
  pattern:
    /Could not access (?:KVM|HAX) kernel module|failed to initialize (?:kvm|hvf|hax)|invalid accelerator|KVM is not supported/i,
  remedy: 'set accelerator to "auto" or "tcg", or give the user access to /dev/kvm',
  examples: [
    {
      line: "Qemu stderr: Could not access KVM kernel module: Permission denied",
      seenIn: "QEMU 7.2, started by a user without the right to /dev/kvm",
    },
    {
      line: "Qemu stderr: qemu-system-x86_64: -accel kvm: failed to initialize kvm: Permission denied",
      seenIn: "QEMU 7.2, started by a user without the right to /dev/kvm",
    },
    { line: "Qemu stderr: qemu-system-x86_64: -accel hvf: invalid accelerator hvf", seenIn: "QEMU 7.2 on Linux" },
  ],
};
