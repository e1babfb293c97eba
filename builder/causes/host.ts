import type { Cause } from "./cause";

/** Causes that show in what Packer prints, and in its log with that of its plugin and of QEMU. */
export const HOST_CAUSES: readonly Cause[] = [
  {
    name: "login refused: key or password",
    remedy:
      'the kickstart must give the user the key (sshkey --username=... "@@ssh_key@@") or password that the build logs in with',
    signs: [
      {
        sources: ["packer"],
        pattern: /SSH handshake err: ssh: handshake failed: ssh: unable to authenticate/,
        times: 2,
        examples: [
          {
            line: "2026/11/23 04:30:00 packer-plugin-qemu_v1.0.9 plugin: [DEBUG] SSH handshake err: ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain",
            where: "https://github.com/hashicorp/packer/issues/7475",
          },
        ],
      },
    ],
  },
  {
    name: "accelerator failed",
    remedy: 'set accelerator to "auto" or "tcg", or give the user access to /dev/kvm',
    signs: [
      {
        sources: ["packer"],
        pattern:
          /Could not access (?:KVM|HAX) kernel module|failed to initialize (?:kvm|hvf|hax)|invalid accelerator|KVM is not supported/i,
        examples: [
          {
            line: "Qemu stderr: Could not access KVM kernel module: Permission denied",
            where: "QEMU 7.2, started by a user without the right to /dev/kvm",
          },
          {
            line: "Qemu stderr: qemu-system-x86_64: -accel kvm: failed to initialize kvm: Permission denied",
            where: "QEMU 7.2, started by a user without the right to /dev/kvm",
          },
          { line: "Qemu stderr: qemu-system-x86_64: -accel hvf: invalid accelerator hvf", where: "QEMU 7.2 on Linux" },
        ],
      },
    ],
  },
  {
    name: "port taken",
    remedy: "something else listens there; deploy again, or end what holds the port",
    signs: [
      {
        sources: ["packer"],
        pattern:
          /Could not set up host forwarding rule|Failed to find an? (?:available|unused) port|address already in use/i,
        examples: [
          {
            line: "Qemu stderr: qemu-system-x86_64: -netdev user,id=user.0,hostfwd=tcp::34117-:34117: Could not set up host forwarding rule 'tcp::34117-:34117'",
            where: "QEMU 7.2 and plugin 1.0.9, the port taken by a listener",
          },
        ],
      },
    ],
  },
  {
    name: "out of memory on the host",
    remedy: "lower memoryMiB, or build fewer images at once",
    signs: [
      {
        sources: ["packer"],
        pattern: /cannot set up guest memory|Cannot allocate memory/,
        examples: [
          {
            line: "Qemu stderr: qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory",
            where: "QEMU 7.2, under a limit of its address space",
          },
        ],
      },
    ],
  },
  {
    name: "no space on the host",
    remedy: "make room on the store's file system, for instance by: os-images gc",
    signs: [
      {
        sources: ["packer"],
        pattern: /No space left on device/i,
        examples: [
          {
            line: "Error creating hard drive: QemuImg error: qemu-img: ../output/tiny.qcow2: Could not write qcow2 header: No space left on device",
            where: "Packer 1.15, plugin 1.0.9, on a full tmpfs",
          },
        ],
      },
    ],
  },
  {
    name: "medium vanished",
    remedy: "put the installer's ISO back where it was, and deploy again",
    signs: [
      {
        sources: ["packer"],
        pattern: /error downloading ISO.*no such file|Could not open '[^']+\.iso': No such file or directory/i,
        examples: [
          {
            line: "error downloading ISO: [source path error: stat /media/installer.iso: no such file or directory]",
            where: "Packer 1.15, the file deleted after its checksum was compared",
          },
          {
            line: "Qemu stderr: qemu-system-x86_64: -drive file=/media/installer.iso,media=cdrom: Could not open '/media/installer.iso': No such file or directory",
            where: "QEMU 7.2",
          },
        ],
      },
    ],
  },
  {
    name: "medium damaged",
    remedy: "fetch it again; where it was replaced upstream, lock its new checksum and review the change",
    signs: [
      {
        sources: ["packer"],
        pattern: /Checksums did not match|error downloading ISO/i,
        examples: [
          {
            line: "error downloading ISO: [Checksums did not match for",
            where: "Packer 1.15 with go-getter's checksum.go, the file replaced after its checksum was compared",
          },
        ],
      },
    ],
  },
  {
    name: "shutdown hangs",
    remedy:
      "look at the console for the unit that does not stop; a shutdownCommand of your own must power the guest off",
    signs: [
      {
        sources: ["packer"],
        pattern: /Timeout while waiting for machine to shut ?down/,
        examples: [{ line: "Timeout while waiting for machine to shut down.", where: "packer-plugin-qemu 1.0.9" }],
      },
    ],
  },
];
