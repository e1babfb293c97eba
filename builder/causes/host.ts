import type { Cause } from "./cause";

/** Causes that show in what Packer prints, and in its log with that of its plugin and of QEMU. */
export const HOST_CAUSES: readonly Cause[] = [
  // The SSH server lets nobody in with the build's key or password.
  {
    name: "login refused: key or password",
    sources: ["packer"],
    pattern: /SSH handshake err: ssh: handshake failed: ssh: unable to authenticate/,
    remedy:
      'the kickstart must give the user the key (sshkey --username=... "@@ssh_key@@") or password that the build logs in with',
    times: 2,
    examples: [
      {
        line: "2026/11/23 04:30:00 packer-plugin-qemu_v1.0.9 plugin: [DEBUG] SSH handshake err: ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain",
        seenIn: "https://github.com/hashicorp/packer/issues/7475",
      },
    ],
  },
  // QEMU cannot use its accelerator.
  {
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
  },
  // A port that the build needs is taken.
  {
    name: "port taken",
    sources: ["packer"],
    pattern:
      /Could not set up host forwarding rule|Failed to find an? (?:available|unused) port|address already in use/i,
    remedy: "something else listens there; deploy again, or end what holds the port",
    examples: [
      {
        line: "Qemu stderr: qemu-system-x86_64: -netdev user,id=user.0,hostfwd=tcp::34117-:34117: Could not set up host forwarding rule 'tcp::34117-:34117'",
        seenIn: "QEMU 7.2 and plugin 1.0.9, the port taken by a listener",
      },
    ],
  },
  // The host has too little memory for the guest.
  {
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
  },
  // What Packer or QEMU writes does not fit on the host's disk; what the guest writes, QEMU's monitor tells of.
  {
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
  },
  // The medium is gone, after its checksum was found to be right.
  {
    name: "medium vanished",
    sources: ["packer"],
    pattern: /error downloading ISO.*no such file|Could not open '[^']+\.iso': No such file or directory/i,
    remedy: "put the installer's ISO back where it was, and deploy again",
    examples: [
      {
        line: "error downloading ISO: [source path error: stat /media/installer.iso: no such file or directory]",
        seenIn: "Packer 1.15, the file deleted after its checksum was compared",
      },
      {
        line: "Qemu stderr: qemu-system-x86_64: -drive file=/media/installer.iso,media=cdrom: Could not open '/media/installer.iso': No such file or directory",
        seenIn: "QEMU 7.2",
      },
    ],
  },
  // What Packer downloaded is not the medium of that checksum.
  {
    name: "medium damaged",
    sources: ["packer"],
    pattern: /Checksums did not match|error downloading ISO/i,
    remedy: "fetch it again; where it was replaced upstream, lock its new checksum and review the change",
    examples: [
      {
        line: "error downloading ISO: [Checksums did not match for",
        seenIn: "Packer 1.15 with go-getter's checksum.go, the medium served over HTTP",
      },
    ],
  },
  // The guest was told to shut down and does not.
  {
    name: "shutdown hangs",
    sources: ["packer"],
    pattern: /Timeout while waiting for machine to shut ?down/,
    remedy:
      "look at the console for the unit that does not stop; a shutdownCommand of your own must power the guest off",
    examples: [{ line: "Timeout while waiting for machine to shut down.", seenIn: "packer-plugin-qemu 1.0.9" }],
  },
];
