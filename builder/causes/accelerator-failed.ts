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
      line: "Qemu stderr: qemu-system-x86_64: failed to initialize kvm: Permission denied",
      seenIn: "QEMU 7.2, accel/kvm/kvm-all.c; not seen live",
    },
    { line: "Qemu stderr: qemu-system-x86_64: -accel hvf: invalid accelerator hvf", seenIn: "QEMU 7.2 on Linux" },
  ],
};
