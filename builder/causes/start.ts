import { KERNEL, type Cause } from "./cause";

/** Causes that show from the firmware to the installer's first line, the narrower before the wider. */
export const START_CAUSES: readonly Cause[] = [
  {
    name: "medium not bootable",
    remedy: "the file is no bootable installer medium: fetch the installer's ISO, not a disk image or a source ISO",
    signs: [
      {
        sources: ["firmware"],
        pattern: /^Boot failed: Could not read from CDROM/,
        examples: [
          {
            line: "Boot failed: Could not read from CDROM (code 0004)",
            where: "SeaBIOS 1.16, an ISO without El Torito",
          },
        ],
      },
    ],
  },
  {
    name: "no bootable device",
    remedy:
      "before the installation: the medium is not bootable; after it: the kickstart installs no boot loader on this disk (bootloader --location, --boot-drive)",
    signs: [
      {
        sources: ["firmware", "console"],
        pattern:
          /^No bootable device\.|^Boot failed: not a bootable disk|BdsDxe: No bootable option or device was found/,
        examples: [
          { line: "Boot failed: not a bootable disk", where: "SeaBIOS 1.16, an empty disk" },
          { line: "No bootable device.  Retrying in 60 seconds.", where: "SeaBIOS 1.16, an empty disk" },
          {
            line: "BdsDxe: No bootable option or device was found.",
            where: "OVMF, https://github.com/systemd/mkosi/issues/2436",
          },
        ],
      },
    ],
  },
  {
    name: "medium check failed",
    remedy:
      'the boot menu\'s own entry checks the medium, so keys of the boot command were lost: raise bootWaitSeconds, or write boot: "kernel"; and fetch the medium again, as it is damaged',
    notOn: { demo: "it has no such check" },
    signs: [
      {
        sources: ["console"],
        pattern: /\b(?:CD|Media) check failed!/,
        stages: ["start"],
        examples: [
          {
            line: "dracut: FATAL: CD check failed!",
            where: "anaconda, dracut/anaconda-diskroot",
            source: ["EL 7", "EL 8"],
          },
          {
            line: "[   61.330001] dracut-initqueue[901]: Warning: Media check failed! We do not recommend using this medium. System will halt in 12 hours",
            where: "anaconda, dracut/anaconda-diskroot",
            source: ["EL 9", "EL 10", "Fedora"],
          },
        ],
      },
    ],
  },
  {
    name: "cpu too old",
    remedy: 'set cpuModel to "max" or "host", or to a model with that level: "Nehalem" has v2, "Haswell" has v3',
    notOn: {
      "EL 7": "made for every x86-64",
      "EL 8": "made for every x86-64",
      Fedora: "made for every x86-64",
      demo: "made for every x86-64",
    },
    signs: [
      {
        sources: ["console"],
        pattern: /Fatal glibc error: CPU does not support x86-64-v\d/,
        stages: ["start", "installer", "installed"],
        examples: [
          {
            line: "Fatal glibc error: CPU does not support x86-64-v2",
            where: "glibc, before the panic that follows",
            source: ["EL 9"],
          },
          {
            line: "Fatal glibc error: CPU does not support x86-64-v3",
            where: "glibc, before the panic that follows",
            source: ["EL 10"],
          },
        ],
      },
    ],
  },
  {
    name: "out of memory in the guest",
    remedy: "raise memoryMiB: the installer holds its own files in memory",
    signs: [
      {
        sources: ["console", "installer"],
        pattern: new RegExp(
          `${KERNEL}(?:Out of memory: Kill(?:ed)? process|Kernel panic - not syncing: System is deadlocked on memory|Initramfs unpacking failed: write error)`,
        ),
        examples: [
          {
            line: "[    1.613299] Kernel panic - not syncing: System is deadlocked on memory",
            where: "Linux 6.1 with an initramfs of 12 MB in 80 MiB",
            seen: ["demo"],
            source: ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"],
          },
          {
            line: "[  518.050606] Out of memory: Killed process 15784 (python3) total-vm:11964kB, anon-rss:4288kB, file-rss:3028kB, shmem-rss:0kB",
            where: "https://github.com/docker/for-linux/issues/1001",
            source: ["EL 8", "EL 9", "EL 10", "Fedora"],
          },
          {
            line: "[  518.050606] Out of memory: Kill process 15784 (anaconda) score 612 or sacrifice child",
            where: "Linux 3.10, mm/oom_kill.c",
            source: ["EL 7"],
          },
          {
            line: "11:14:02,118 ERR kernel:Out of memory: Killed process 2211 (anaconda) total-vm:1204856kB",
            where: "Linux, mm/oom_kill.c, by the installer's log port: the console of stage 2 shows no such line",
            source: ["EL 8", "EL 9", "EL 10", "Fedora"],
          },
          {
            line: "[    4.549715] Initramfs unpacking failed: write error",
            where: "https://github.com/projectbluefin/server/issues/65",
          },
        ],
      },
      {
        sources: ["console"],
        pattern:
          /No space left on device|curl: \(23\) Failure writing|find a root filesystem in \/tmp\/curl_fetch_url|not enough memory to (?:load|start)/,
        stages: ["start"],
        examples: [
          {
            line: "curl: (23) Failure writing output to destination",
            where: "curl, by anaconda's dracut/anaconda-lib.sh",
            source: ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"],
          },
          {
            line: "dracut: FATAL: Failed to find a root filesystem in /tmp/curl_fetch_url1/install.img.",
            where: "dracut, modules.d/90dmsquash-live/dmsquash-live-root.sh",
            source: ["EL 8", "EL 9", "EL 10", "Fedora"],
          },
          {
            line: "cp: error writing '/run/initramfs/squashfs.img': No space left on device",
            where: "coreutils, by dracut: the file system is in memory",
            source: ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"],
          },
        ],
      },
      {
        sources: ["console"],
        pattern:
          /requires \d+ MB of memory to install, but you only have|The installation cannot continue and the system will be rebooted/,
        examples: [
          {
            line: "Rocky Linux requires 320 MB of memory to install, but you only have 300 MB on this machine.",
            where: "anaconda, pyanaconda/startup_utils.py",
            source: ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"],
          },
          {
            line: "The installation cannot continue and the system will be rebooted",
            where: "anaconda, pyanaconda/startup_utils.py",
            source: ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"],
          },
        ],
      },
    ],
  },
  {
    name: "kickstart unreachable",
    remedy: 'compare the address in the boot command with the one that Packer serves; delivery "cd" needs no network',
    signs: [
      {
        // dracut tries again for each network device, and goes on without one.
        sources: ["console"],
        pattern: /failed to fetch kickstart from|Can't get kickstart from|unknown network kickstart URL:/,
        stages: ["start"],
        afterSeconds: 60,
        examples: [
          {
            line: "dracut-initqueue[607]: Warning: failed to fetch kickstart from http://192.168.122.1:1024/static/layers/rhel-server-7/install.ks",
            where: "https://github.com/RedHatEMEA/demobuilder/issues/76",
            seen: ["EL 7"],
            source: ["EL 8", "EL 9", "EL 10", "Fedora"],
          },
          {
            line: "[   71.022000] dracut-initqueue[899]: Warning: Can't get kickstart from /dev/sr1:/ks.cfg",
            where: "Rocky Linux 9.6, a CD that dracut had mounted before",
            seen: ["EL 9"],
            source: ["EL 7", "EL 8", "EL 10", "Fedora"],
          },
          {
            line: "dracut-initqueue[607]: Warning: unknown network kickstart URL: gopher://10.0.2.2/ks.cfg",
            where: "anaconda, dracut/fetch-kickstart-net.sh",
            source: ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"],
          },
        ],
      },
      {
        // The same, said once more by the installer, which goes on and asks.
        sources: ["console"],
        pattern: /^(?:Can't get kickstart from|anaconda: failed to fetch kickstart from)/,
        stages: ["installer"],
        afterSeconds: "never",
        examples: [
          {
            line: "Can't get kickstart from /dev/sr1:/ks.cfg",
            where: 'Rocky Linux 9.6, under "Installer errors encountered during boot"',
            seen: ["EL 9"],
            source: ["EL 10", "Fedora"],
          },
        ],
      },
      {
        sources: ["console", "installer"],
        pattern:
          /\bKickstart file \S+ is missing\.|demo installer: error: (?:the kickstart \S+ cannot be read|\S*ks\.cfg cannot be read)/,
        examples: [
          {
            line: "11:02:11 Kickstart file /run/install/ks.cfg is missing.",
            where: "anaconda, pyanaconda/startup_utils.py",
            source: ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"],
          },
          {
            line: "demo installer: error: http://10.0.2.2:8101/no-such/ks.cfg cannot be read: server returned error: HTTP/1.1 404 Not Found",
            where: "this project's demo installer",
            seen: ["demo"],
          },
        ],
      },
    ],
  },
  {
    name: "kickstart not given",
    vague: true,
    remedy:
      'the boot command did not arrive whole: raise bootWaitSeconds, or write boot: "kernel", which types nothing',
    signs: [
      {
        sources: ["installer"],
        pattern: /(?:Parsing kickstart|Found a kickstart file): \/usr\/share\/anaconda\/interactive-defaults\.ks/,
        examples: [
          {
            line: "12:03:08,201 INFO anaconda:anaconda: startup_utils: Parsing kickstart: /usr/share/anaconda/interactive-defaults.ks",
            where:
              "anaconda, pyanaconda/startup_utils.py, by the log port: a console on a serial port was asked for by the lost arguments too",
            source: ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"],
          },
        ],
      },
      {
        sources: ["console", "installer"],
        pattern: /demo installer: .*question: no kickstart was given/,
        examples: [
          {
            line: "demo installer: 13.7 s: question: no kickstart was given (inst.ks=http://..., or an OEMDRV volume)",
            where: "this project's demo installer",
            seen: ["demo"],
          },
        ],
      },
    ],
  },
  {
    name: "installer not found",
    remedy:
      "give the medium's label or URL as inst.stage2 or inst.repo in the boot command, and check that the whole medium was downloaded",
    notOn: { demo: "it is in the initramfs" },
    signs: [
      {
        // Said at two thirds of the time that dracut waits, and also if the kickstart or the network is what lacks.
        sources: ["console"],
        pattern: /It seems that the boot has failed\. Possible causes include|anaconda: failed to fetch stage2 from/,
        stages: ["start"],
        afterSeconds: "never",
        examples: [
          {
            line: "[  321.521692] g75 dracut-initqueue[1371]: Warning: It seems that the boot has failed. Possible causes include",
            where: "https://github.com/dracutdevs/dracut/issues/2047",
            seen: ["EL 9"],
            source: ["EL 10", "Fedora"],
          },
          {
            line: "dracut-initqueue[899]: Warning: anaconda: failed to fetch stage2 from http://10.0.2.2:8000/os",
            where: "anaconda, dracut/anaconda-netroot.sh and anaconda-lib.sh",
            source: ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"],
          },
        ],
      },
    ],
  },
];
