import type { Cause } from "./cause";

/** Causes that a kernel, the installed system or the firmware shows. */
export const SYSTEM_CAUSES: readonly Cause[] = [
  // The installed kernel does not find its root file system.
  {
    name: "root file system not found",
    sources: ["console"],
    pattern:
      /the root file system \S+ was not found|VFS: Unable to mount root fs|ALERT! +\S+ does not exist\. +Dropping to a shell/,
    remedy:
      "the boot loader's root= and the disk's file system differ: look at bootloader --append and at the disk interface",
    examples: [
      {
        line: "the root file system UUID=484a3a54-61f8-435c-8062-cdb605b0ca69 was not found",
        seenIn: "this project's demo image",
      },
      {
        line: "[    1.763000] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)",
        seenIn: "Linux 6.1, started without a root disk",
      },
    ],
  },
  // The guest has too little memory.
  {
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
  },
  // The kernel of the installer or of the installed system gives up.
  {
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
  },
  // The installed system does not come up.
  {
    name: "installed system stopped in emergency mode",
    sources: ["console"],
    pattern: /You are in (?:emergency|rescue) mode|Welcome to (?:emergency|rescue) mode/,
    remedy: "look at the lines above it for the unit that failed: mostly a file system of /etc/fstab that is not there",
    examples: [
      {
        line: 'You are in emergency mode. After logging in, type "journalctl -xb" to view',
        seenIn: "systemd 252, started with a missing file system in /etc/fstab",
      },
    ],
  },
  // The firmware finds nothing to start from.
  {
    name: "no bootable device",
    sources: ["firmware", "console"],
    pattern: /^No bootable device\.|^Boot failed: not a bootable disk|BdsDxe: No bootable option or device was found/,
    remedy:
      "before the installation: the medium is no bootable one; after it: the kickstart installs no boot loader on this disk (bootloader --location, --boot-drive)",
    examples: [
      { line: "Boot failed: not a bootable disk", seenIn: "SeaBIOS 1.16, an empty disk" },
      { line: "No bootable device.  Retrying in 60 seconds.", seenIn: "SeaBIOS 1.16, an empty disk" },
      {
        line: "BdsDxe: No bootable option or device was found.",
        seenIn: "OVMF, https://github.com/systemd/mkosi/issues/2436",
      },
    ],
  },
  // The firmware cannot start from the medium.
  {
    name: "medium not bootable",
    sources: ["firmware"],
    pattern: /^Boot failed: Could not read from CDROM/,
    remedy: "the file is no bootable installer medium: fetch the installer's ISO, not a disk image or a source ISO",
    examples: [
      { line: "Boot failed: Could not read from CDROM (code 0004)", seenIn: "SeaBIOS 1.16, an ISO without El Torito" },
    ],
  },
];
