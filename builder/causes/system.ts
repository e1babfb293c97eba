import { KERNEL, type Cause } from "./cause";

/** Causes that a kernel, an initramfs or the installed system shows, the narrower before the wider. */
export const SYSTEM_CAUSES: readonly Cause[] = [
  {
    name: "root file system not found",
    remedy:
      "the boot loader's root= and the disk's file system differ: look at bootloader --append and at the disk interface",
    signs: [
      {
        sources: ["console"],
        pattern: new RegExp(
          `${KERNEL}Kernel panic - not syncing: VFS: Unable to mount root fs|^the root file system \\S+ was not found`,
        ),
        stages: ["start", "installer", "installed", "login"],
        examples: [
          {
            line: "the root file system UUID=484a3a54-61f8-435c-8062-cdb605b0ca69 was not found",
            where: "this project's demo image",
            seen: ["demo"],
          },
          {
            line: "[    1.763000] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)",
            where: "Linux 6.1, started without a root disk",
            source: ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"],
          },
        ],
      },
    ],
  },
  {
    name: "boot stopped in the initramfs",
    vague: true,
    remedy: "look at the lines above it: mostly a root disk, medium or network address that was not found",
    notOn: { demo: "its initramfs has no dracut" },
    signs: [
      {
        sources: ["console"],
        pattern:
          /Entering emergency mode\. Exit the shell to continue\.|Generating "\/run\/initramfs\/rdsosreport\.txt"|Warning: Could not boot\.|dracut: Refusing to continue/,
        stages: ["start", "installed"],
        examples: [
          {
            line: "Entering emergency mode. Exit the shell to continue.",
            where: "https://github.com/tuna-os/tunaOS/pull/1069",
            source: ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"],
          },
          {
            line: 'Generating "/run/initramfs/rdsosreport.txt"',
            where: "dracut, modules.d/99base/rdsosreport.sh",
            source: ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"],
          },
          {
            line: "[  243.700123] dracut-initqueue[899]: Warning: Could not boot.",
            where: "dracut, modules.d/98dracut-systemd/dracut-initqueue.sh",
            source: ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"],
          },
          {
            line: "dracut: Refusing to continue",
            where: "dracut, modules.d/99base/dracut-lib.sh",
            source: ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"],
          },
        ],
      },
      {
        // dracut goes on, and may find what it waits for; the second form also names what it has found.
        sources: ["console"],
        pattern:
          /dracut-initqueue.*(?:timeout - starting timeout scripts|timeout, still waiting for following initqueue)/,
        stages: ["start", "installed"],
        afterSeconds: "never",
        examples: [
          {
            line: "dracut-initqueue[607]: Warning: dracut-initqueue timeout - starting timeout scripts",
            where: "dracut, modules.d/98dracut-systemd/dracut-initqueue.sh",
            source: ["EL 7", "EL 8"],
          },
          {
            line: "[  182.200100] dracut-initqueue[899]: Warning: dracut-initqueue: timeout, still waiting for following initqueue hooks:",
            where: "dracut, modules.d/98dracut-systemd/dracut-initqueue.sh",
            source: ["EL 9", "EL 10", "Fedora"],
          },
        ],
      },
    ],
  },
  {
    name: "kernel panic",
    remedy: "look at the lines above it: mostly a broken initrd, too little memory, or a first process that ended",
    signs: [
      {
        sources: ["console"],
        pattern: new RegExp(`${KERNEL}Kernel panic - not syncing`),
        stages: ["start", "installer", "installed", "login"],
        examples: [
          {
            line: "[   10.082668] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100",
            where: "Linux 6.1, a first process that ended",
            seen: ["demo"],
            source: ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"],
          },
        ],
      },
    ],
  },
  {
    name: "installed system stopped in emergency mode",
    remedy: "look at the lines above it for the unit that failed: mostly a file system of /etc/fstab that is not there",
    signs: [
      {
        sources: ["console"],
        pattern: /^(?:You are in|Welcome to) (?:emergency|rescue) mode/,
        stages: ["installed"],
        examples: [
          {
            line: 'You are in emergency mode. After logging in, type "journalctl -xb" to view',
            where: "systemd 252, started with a missing file system in /etc/fstab",
            seen: ["demo"],
            source: ["EL 8", "EL 9", "EL 10", "Fedora"],
          },
          {
            line: 'Welcome to emergency mode! After logging in, type "journalctl -xb" to view',
            where: "systemd 219",
            source: ["EL 7"],
          },
        ],
      },
    ],
  },
];
