import type { Cause, Installer } from "./cause";

const ANACONDA: readonly Installer[] = ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora"];
const FROM_EL_8: readonly Installer[] = ["EL 8", "EL 9", "EL 10", "Fedora"];
const FROM_EL_9: readonly Installer[] = ["EL 9", "EL 10", "Fedora"];
const FROM_EL_10: readonly Installer[] = ["EL 10", "Fedora"];

const DEMO = "this project's demo installer";

/** Where a prompt is believed: it stays so long, and nothing follows it. In seconds. */
const PROMPT_SECONDS = 2;

/**
 * Causes that the installer shows, the narrower before the wider. Anaconda wraps its dialogs at 80 columns, so a pattern
 * has no more of a sentence than fits into the first row.
 */
export const INSTALLER_CAUSES: readonly Cause[] = [
  {
    name: "wrong disk name",
    remedy:
      "name the disk that the disk interface gives (virtio: vda; sata, ide, virtio-scsi: sda; nvme: nvme0n1), or none at all",
    signs: [
      {
        sources: ["console", "installer"],
        pattern:
          /(?:Disk|Device|Partition) "\S+" given in \S+ (?:command|device list) does not exist|demo installer: error: .*this machine has: /,
        examples: [
          {
            line: 'Disk "vda" given in ignoredisk command does not exist.',
            where: "https://github.com/Linuxfabrik/kickstart/issues/2",
            seen: ["EL 8"],
            source: ["EL 7", "EL 9", "EL 10", "Fedora"],
          },
          {
            line: 'Device "sdq1" given in clearpart device list does not exist.',
            where: "anaconda, https://github.com/rhinstaller/anaconda/pull/7072",
            source: ANACONDA,
          },
          {
            line: "demo installer: error: ignoredisk leaves no disk to install to; this machine has: vda",
            where: DEMO,
            seen: ["demo"],
          },
        ],
      },
    ],
  },
  {
    name: "kickstart syntax",
    remedy: "correct the line of the kickstart that the installer names; ksvalidator finds such errors before a build",
    signs: [
      {
        sources: ["console", "installer"],
        pattern:
          /The following problem occurred on line \d+ of the kickstart file|An error occurred during reading the kickstart file:|: kickstart\.parsing: |demo installer: error: kickstart line \d+|demo installer: error: .*\b(?:unknown command|does not support the (?:command|option))/i,
        examples: [
          {
            line: "The following problem occurred on line 8 of the kickstart file:",
            where: "pykickstart 3.78, errors.py; Anaconda prints it as it is",
            source: ANACONDA,
          },
          {
            line: "An error occurred during reading the kickstart file:",
            where: "https://github.com/xcat2/xcat-core/issues/7396, above an error of a D-Bus module",
            seen: ["EL 9"],
            source: FROM_EL_8,
          },
          {
            line: "12:03:08,377 ERR anaconda:anaconda: kickstart.parsing: unrecognized arguments: yes",
            where: "anaconda, pyanaconda/kickstart.py, by the log port",
            source: FROM_EL_8,
          },
          { line: "demo installer: error: kickstart line 2: Unknown command: frobnicate", where: DEMO, seen: ["demo"] },
        ],
      },
    ],
  },
  {
    name: "no space in the guest",
    remedy: "raise diskSize, or ask for less in the kickstart's part and %packages",
    signs: [
      {
        sources: ["console", "installer"],
        pattern:
          /No space left (?:on device|in the new system)|not enough (?:free )?space (?:on (?:the )?disks?|on selected disks|in file systems|for LVM requests)|No big enough free space on disks for|Unable to allocate requested partition scheme|Not enough disk space to download the packages|needs \d+\S* ?[KMGT]?i?B on the \S+ filesystem|to ignore the warning and attempt to install anyway|demo installer: error: .*\b(?:too small|needs \d+ MiB)/i,
        stages: ["installer"],
        examples: [
          {
            line: "demo installer: error: no space left in the new system while unpacking file:///run/install/repo/rootfs.tar",
            where: DEMO,
            seen: ["demo"],
          },
          {
            line: "tar: ./usr/lib/x86_64-linux-gnu/libicudata.so.72.1: Cannot write: No space left on device",
            where: `GNU tar 1.34 in ${DEMO}`,
            seen: ["demo"],
          },
          {
            line: "storage configuration failed: Unable to allocate requested partition scheme.",
            where: "Anaconda 21.40 of RHEL 7.3; https://github.com/storaged-project/blivet/pull/30",
            seen: ["EL 7"],
          },
          {
            line: "Not enough space in file systems for the current software selection. An additional 1748.15 MiB is needed.",
            where: "Anaconda 21.40 of RHEL 7.3, from a log that its user published",
            seen: ["EL 7"],
            source: FROM_EL_8,
          },
          {
            line: "Not enough free space on selected disks.",
            where: "anaconda, modules/storage/partitioning/automatic/utils.py",
            source: FROM_EL_8,
          },
          {
            line: "No big enough free space on disks for automatic partitioning",
            where: "anaconda, modules/storage/partitioning/automatic/utils.py",
            source: FROM_EL_8,
          },
          { line: "not enough space for LVM requests", where: "blivet, partitioning.py", source: ANACONDA },
          {
            line: "Not enough disk space to download the packages; size 1.2 GiB.",
            where: "anaconda, payload/dnf/payload.py and modules/payloads/base/utils.py",
            source: FROM_EL_8,
          },
          {
            line: "  installing package glibc-2.34-60.el9.x86_64 needs 12KB on the /var filesystem",
            where: "rpm, lib/rpmprob.c",
            source: ANACONDA,
          },
          {
            line: "Enter 'b' to ignore the warning and attempt to install anyway.",
            where: "anaconda, ui/tui/hubs/summary.py",
            source: ANACONDA,
          },
        ],
      },
    ],
  },
  {
    name: "repository unreachable",
    remedy:
      "check that the URL of url, repo or liveimg answers from the build host, and that it is the URL of that release",
    signs: [
      {
        // A repository beside the installer's own is left out if it does not answer, and the installation goes on.
        sources: ["console", "installer"],
        pattern:
          /\(Error setting up (?:software|repositories)|Failed to add the 'anaconda' repository|Failed to download metadata (?:for repo 'anaconda'|\(\S+ \S+\) for repository "anaconda")|status to: Error downloading package metadata|reason for repo removal: |following error occurred while setting up the payload|Failed to download the following packages:|demo installer: error: liveimg --url="\S+" cannot be read/,
        examples: [
          {
            line: "SourceSetupError: Failed to add the 'anaconda' repository: Failed to download metadata for repo 'anaconda': Cannot download repomd.xml",
            where: "https://github.com/rhinstaller/kickstart-tests/issues/949",
            seen: ["EL 9"],
            source: ["EL 8", "EL 10"],
          },
          {
            line: 'Failed to download metadata (baseurl: "http://10.0.2.2:8000/os") for repository "anaconda": Usable URL not found',
            where: "dnf5, libdnf5/repo/repo.cpp",
            source: ["Fedora"],
          },
          {
            line: "anaconda: setting SourceSpoke status to: Error downloading package metadata...",
            where: "https://github.com/pykickstart/pykickstart/issues/195",
            seen: ["EL 7"],
          },
          {
            line: "12:04:40,118 ERR packaging:reason for repo removal: failure: repodata/repomd.xml from anaconda: [Errno 256] No more mirrors to try.",
            where: "anaconda, packaging/yumpayload.py and payload/dnf/payload.py, by the log port",
            source: ["EL 7", "EL 8", "EL 9"],
          },
          {
            line: "       (Error setting up software               (Error checking software",
            where: "https://github.com/osbuild/image-builder/issues/2046",
            seen: ["EL 9"],
            source: ["EL 7", "EL 8"],
          },
          {
            line: "       (Error setting up repositories)          (Nothing selected)",
            where: "anaconda, core/constants.py",
            source: FROM_EL_10,
          },
          {
            line: " The following error occurred while setting up the payload. This is a fatal",
            where: "anaconda, pyanaconda/errors.py",
            source: FROM_EL_9,
          },
          {
            line: " Failed to download the following packages: bash-5.1.8-9.el9.x86_64: Cannot",
            where: "anaconda, payload/dnf/payload.py and modules/payloads/payload/dnf/dnf_manager.py",
            source: FROM_EL_8,
          },
          {
            line: 'demo installer: error: liveimg --url="http://127.0.0.1:1/rootfs.tar" cannot be read: can\'t connect to remote host',
            where: DEMO,
            seen: ["demo"],
          },
        ],
      },
    ],
  },
  {
    name: "packages missing or broken",
    remedy:
      "correct the names in %packages: a package or group of another release, or of a repository that is not given",
    notOn: { demo: "it installs an image, not packages" },
    signs: [
      {
        // On the log port the same words are in messages of healthy installations.
        sources: ["console"],
        pattern:
          /You have specified that the (?:package|group) '|The (?:package|group) '\S+' is required for this|Some packages, groups or modules are (?:broken|missing)|The following software marked for installation has|\(Error checking software|DNF error: |Stream was not specified for a module without|Multiple streams have been specified for a single/,
        stages: ["installer"],
        examples: [
          {
            line: "You have specified that the package 'x' should be installed.  This package does",
            where: "anaconda, pyanaconda/errors.py",
            source: ["EL 7"],
          },
          {
            line: "Some packages, groups or modules are broken, the installation will be aborted.",
            where: "anaconda, pyanaconda/errors.py",
            source: ["EL 8", "EL 9"],
          },
          {
            line: " Some packages, groups or modules are missing.",
            where: "anaconda, modules/payloads/payload/dnf/dnf_manager.py",
            source: FROM_EL_10,
          },
          {
            line: " The following software marked for installation has errors.",
            where: "anaconda, pyanaconda/errors.py and modules/payloads/payload/dnf/dnf_manager.py",
            source: ANACONDA,
          },
          {
            line: "       (Installation source set up)             (Error checking software",
            where: "anaconda, ui/tui/spokes/software_selection.py",
            source: ANACONDA,
          },
          {
            line: " DNF error: Error in POSTIN scriptlet in rpm package x",
            where: "anaconda, payload/dnf/payload.py",
            source: ["EL 8", "EL 9"],
          },
        ],
      },
    ],
  },
  {
    name: "storage configuration failed",
    remedy: "look at the reason below it: mostly partitions that do not fit together, or that the disk does not have",
    notOn: { demo: 'it names the command: see "kickstart syntax" and "no space in the guest"' },
    signs: [
      {
        sources: ["console"],
        pattern:
          /An error occurred while activating your storage|There is a problem with your existing storage|errors occurred with your partitioning:|no valid devices were found on|An error occurred while resizing the device/,
        stages: ["installer"],
        examples: [
          {
            line: " An error occurred while activating your storage configuration.",
            where: "anaconda, pyanaconda/errors.py",
            source: FROM_EL_8,
          },
          {
            line: " There is a problem with your existing storage configuration or your initial",
            where: "anaconda, pyanaconda/errors.py",
            source: ANACONDA,
          },
        ],
      },
    ],
  },
  {
    name: "kickstart script failed",
    remedy:
      "look at the lines above it, and at the script that it names; without --erroronfail the installation would go on",
    signs: [
      {
        sources: ["console", "installer"],
        pattern:
          /There was an error running the kickstart script at line|\berrors(?:\.runtime)?\.ScriptError\b|demo installer: error: %\S+.* failed with exit code/,
        examples: [
          {
            line: "There was an error running the kickstart script at line 611. This is a fatal error and installation will be aborted.  The details of this error are:",
            where: "a console in StarlingX's documentation of prestaged installations",
            seen: ["EL 7"],
            source: FROM_EL_8,
          },
          {
            line: "pyanaconda.errors.ScriptError: (12, 'no such host')",
            where: "anaconda, pyanaconda/errors.py: a %pre script fails before there is an interface",
            source: ANACONDA,
          },
          { line: "demo installer: error: %post of line 23 failed with exit code 1", where: DEMO, seen: ["demo"] },
        ],
      },
    ],
  },
  {
    name: "boot loader failed",
    remedy: "look at the reason below it: mostly a bootloader command, or a /boot, that the firmware cannot start from",
    notOn: { demo: "it only copies extlinux" },
    signs: [
      {
        sources: ["console"],
        pattern: /error occurred while installing the boot loader|due to an error installing the boot/,
        stages: ["installer"],
        examples: [
          {
            line: " The following error occurred while installing the boot loader. The system will",
            where: "Rocky Linux 9.6, a boot loader without its tools",
            seen: ["EL 9"],
            source: ["EL 7", "EL 8", "EL 10", "Fedora"],
          },
        ],
      },
    ],
  },
  {
    name: "registration failed",
    remedy:
      "look at the reason below it, and at the arguments of rhsm: organization, activation key, and whether they are still valid",
    notOn: { "EL 7": "it registers nothing", Fedora: "it registers nothing", demo: "it registers nothing" },
    signs: [
      {
        sources: ["console"],
        pattern:
          /error occurred during registration attempt|Failed to enable Red Hat subscription on the|error occurred during Red Hat Insights|Failed to provision the target system for Satellite/,
        stages: ["installer"],
        examples: [
          {
            line: " An error occurred during registration attempt triggered by the rhsm kickstart",
            where: "anaconda, pyanaconda/errors.py",
            source: ["EL 8", "EL 9", "EL 10"],
          },
        ],
      },
    ],
  },
  {
    name: "disk error in the guest",
    remedy: "the guest could not read its disk or medium: check the medium, and dmesg of the host",
    notOn: { demo: "it names the file that it cannot read" },
    signs: [
      {
        sources: ["console"],
        pattern: /Hardware error occurred|installation was stopped due to what seems to be a/,
        stages: ["installer"],
        examples: [
          { line: "Hardware error occurred", where: "anaconda, pyanaconda/exception.py", source: ANACONDA },
          {
            line: "The installation was stopped due to what seems to be a problem with your",
            where: "anaconda, pyanaconda/exception.py",
            source: ANACONDA,
          },
        ],
      },
    ],
  },
  {
    name: "installer error",
    remedy: "correct what the line names",
    signs: [
      {
        sources: ["console"],
        pattern:
          /demo installer: error: |Non interactive installation failed: |following error occurred while installing(?: the payload)?\.|following error occurred during the installation:/,
        examples: [
          {
            line: "[   34.520680] anaconda[2628]: Non interactive installation failed: The command 'ostree container image deploy --sysroot=/mnt/sysimage --image=192.168.100.1:5000/rhel94-bootc-source --transport=registry' exited with the code 1..",
            where: "https://github.com/openshift/microshift/pull/3743",
            seen: ["EL 9"],
            source: ["EL 8", "EL 10", "Fedora"],
          },
          {
            line: " The following error occurred while installing.  This is a fatal error and",
            where: "anaconda, pyanaconda/errors.py",
            source: ["EL 7", "EL 8"],
          },
          {
            line: "The following error occurred while installing the payload. This is a fatal error",
            where: 'Rocky Linux 9.6, liveimg, "mount error 32"',
            seen: ["EL 9"],
            source: FROM_EL_10,
          },
          {
            line: " The following error occurred during the installation:",
            where: "anaconda, pyanaconda/errors.py",
            source: FROM_EL_9,
          },
          {
            line: "demo installer: error: the image has no /boot/vmlinuz*: it cannot start by itself",
            where: DEMO,
            seen: ["demo"],
          },
        ],
      },
    ],
  },
  {
    name: "kickstart incomplete",
    remedy: "the kickstart leaves something open: add the commands that the lines below it name",
    notOn: { demo: 'it asks: see "installer asks a question"' },
    signs: [
      {
        sources: ["console", "installer"],
        pattern: /following mandatory spokes are not completed:|stopped due to incomplete spokes detected/,
        stages: ["installer"],
        examples: [
          {
            line: "The following mandatory spokes are not completed:",
            where: "anaconda, ui/tui/hubs/summary.py, in cmdline mode",
            source: ANACONDA,
          },
          {
            line: "12:03:40,012 ERR anaconda:anaconda: ui.tui.hubs.summary: CmdlineError: The following mandatory spokes are not completed:#012Software selection",
            where: "anaconda, ui/tui/hubs/summary.py, by the log port",
            source: FROM_EL_8,
          },
        ],
      },
    ],
  },
  {
    name: "installer stopped in cmdline mode",
    remedy: "correct what the lines below it name; in text mode the installer would have asked",
    notOn: { demo: "it has no such mode" },
    signs: [
      {
        // It then sleeps for three minutes and resets the machine as after an installation.
        sources: ["console"],
        pattern:
          /installation was stopped due to an error which occurred while running in|Running in cmdline mode, no interactive debugging/,
        stages: ["installer"],
        examples: [
          {
            line: "The installation was stopped due to an error which occurred while running in non",
            where: "anaconda, pyanaconda/exception.py, wrapped",
            source: ANACONDA,
          },
          {
            line: "Running in cmdline mode, no interactive debugging allowed.",
            where: "anaconda, pyanaconda/exception.py",
            source: ANACONDA,
          },
        ],
      },
    ],
  },
  {
    name: "installer module failed to start",
    remedy: "the installer lacks something that this module needs: mostly memory, or a medium that is not whole",
    notOn: { "EL 7": "it has no modules", demo: "it has no modules" },
    signs: [
      {
        sources: ["console"],
        pattern: /Service org\.fedoraproject\.Anaconda\.\S+ has failed to start/,
        stages: ["installer"],
        examples: [
          {
            line: "11:01:17 Service org.fedoraproject.Anaconda.Modules.Storage has failed to start: Process org.fedoraproject.Anaconda.Modules.Storage exited with status 1",
            where: "Rocky Linux 9.6, a storage module without its tools",
            seen: ["EL 9"],
            source: ["EL 8", "EL 10", "Fedora"],
          },
        ],
      },
    ],
  },
  {
    name: "installer crashed",
    remedy: "the last line of its traceback is the reason; search the release's bugs for it",
    notOn: { demo: 'it says "a defect of the demo installer": see "installer error"' },
    detail: /^(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Failed|Failure)\b/,
    signs: [
      {
        sources: ["console", "installer"],
        pattern:
          /An unknown error has occur?red, look at|What do you want to do now\?|^\S+ CRIT anaconda:.*Traceback \(most recent call last\)/,
        stages: ["installer"],
        examples: [
          {
            line: "An unknown error has occured, look at the /tmp/anaconda-tb* file(s) for more details",
            where: "Rocky Linux 9.6, a storage module without its tools",
            seen: ["EL 9"],
            source: ["EL 7", "EL 8", "EL 10", "Fedora"],
          },
          {
            line: "What do you want to do now?",
            where: "Rocky Linux 9.6: the menu of python-meh",
            seen: ["EL 9"],
            source: ["EL 7", "EL 8", "EL 10", "Fedora"],
          },
          {
            line: '11:06:41,700 CRIT anaconda:anaconda: exception: Traceback (most recent call last):#012#012  File "/usr/lib64/python3.9/site-packages/pyanaconda/threading.py", line 276, in run#012#012dasbus.error.DBusError: no such utility',
            where: "anaconda, pyanaconda/exception.py, by the log port; in every language",
            source: ANACONDA,
          },
        ],
      },
    ],
  },
  {
    name: "storage configuration refused",
    remedy: "look at the reason below it: the storage commands of the kickstart do not fit this disk",
    notOn: { demo: 'it names the command: see "kickstart syntax" and "no space in the guest"' },
    signs: [
      {
        sources: ["console"],
        pattern: /storage configuration failed: /,
        stages: ["installer"],
        examples: [
          {
            line: "storage configuration failed: autopart failed:",
            where: "anaconda, ui/tui/spokes/storage.py",
            source: ["EL 7"],
          },
        ],
      },
      {
        // The reason follows when the disks are scanned again, or a crash does.
        sources: ["console"],
        pattern: /Failed to save (?:storage|boot loader) configuration/,
        stages: ["installer"],
        afterSeconds: 60,
        examples: [
          {
            line: "Failed to save storage configuration",
            where: "Rocky Linux 9.6, a storage module without its tools",
            seen: ["EL 9"],
            source: ["EL 8", "EL 10", "Fedora"],
          },
        ],
      },
    ],
  },
  {
    name: "installer waits at its end",
    remedy: 'end the kickstart with "reboot"',
    notOn: { demo: "it powers off" },
    signs: [
      {
        sources: ["console"],
        pattern: /Installation complete\. +Press \S+ to quit/,
        stages: ["installer"],
        staysSeconds: PROMPT_SECONDS,
        prompt: true,
        examples: [
          {
            line: "Installation complete.  Press return to quit",
            where: "anaconda, ui/tui/spokes/progress.py",
            source: ["EL 7"],
          },
          {
            line: "Installation complete. Press ENTER to quit: ",
            where: "anaconda, ui/tui/spokes/installation_progress.py",
            source: FROM_EL_8,
          },
        ],
      },
    ],
  },
  {
    name: "installer shows an error",
    vague: true,
    remedy: "correct what the lines above it name",
    notOn: { demo: 'it ends: see "installer error"' },
    signs: [
      {
        sources: ["console"],
        pattern: /(?:Press|Hit) ENTER to (?:exit|continue)/i,
        stages: ["installer"],
        staysSeconds: PROMPT_SECONDS,
        prompt: true,
        examples: [
          { line: "Press enter to exit.", where: "anaconda, ui/tui/tuiobject.py", source: ["EL 7"] },
          {
            line: "Press ENTER to exit: ",
            where: 'Rocky Linux 9.6, liveimg, "mount error 32"',
            seen: ["EL 9"],
            source: ["EL 8", "EL 10", "Fedora"],
          },
          {
            line: "Press ENTER to continue: ",
            where: "simpleline, render/screen/__init__.py: a text that is longer than the screen",
            source: ANACONDA,
          },
          { line: "Hit ENTER to continue", where: "python-meh: the message of a hardware error", source: ANACONDA },
        ],
      },
    ],
  },
  {
    name: "installer asks a question",
    vague: true,
    remedy: "the kickstart leaves something open: add the command for what the screen marks with [!], or asks",
    notOn: { demo: 'it asks only for a kickstart: see "kickstart not given"' },
    signs: [
      {
        sources: ["console"],
        // The first form is the same in every language.
        pattern:
          /^ *\d+\) \[!\] |Please make (?:a selection|your choice) from (?:the )?above|Please respond 'yes' or 'no'/,
        stages: ["installer"],
        staysSeconds: PROMPT_SECONDS,
        prompt: true,
        examples: [
          {
            line: "Please make a selection from the above ['b' to begin installation, 'q' to quit,",
            where: "Rocky Linux 8.5's and 9.6's text installer on a serial console",
            seen: ["EL 8", "EL 9"],
            source: FROM_EL_10,
          },
          {
            line: "  Please make your choice from above ['q' to quit | 'b' to begin installation |",
            where: "anaconda, ui/tui/hubs/summary.py",
            source: ["EL 7"],
          },
          {
            line: "3) [!] Installationsquelle               4) [!] Software-Auswahl",
            where: "simpleline, render/adv_widgets.py: the mark is the same in every language",
            source: ANACONDA,
          },
          {
            line: "Please respond 'yes' or 'no': ",
            where: "Rocky Linux 9.6, a boot loader without its tools",
            seen: ["EL 9"],
            source: ["EL 7", "EL 8", "EL 10", "Fedora"],
          },
        ],
      },
      {
        sources: ["installer"],
        pattern: /User interaction required on (?:standalone )?spoke/,
        stages: ["installer"],
        examples: [
          {
            line: "anaconda: kickstart installation stopped for info: User interaction required on spoke INSTALLATION SOURCE",
            where: "https://github.com/pykickstart/pykickstart/issues/195: graphical installations only",
            seen: ["EL 8"],
            source: FROM_EL_9,
          },
        ],
      },
    ],
  },
  {
    name: "installer ended",
    vague: true,
    remedy: "look at the lines above it, and at installer.log: the installer ended without a reset of the machine",
    notOn: { demo: 'it is the first process: see "kernel panic"' },
    signs: [
      {
        // It may show for a moment before a good reset.
        sources: ["console"],
        pattern: /\bPane is dead\b/i,
        stages: ["installer"],
        staysSeconds: 10,
        examples: [
          {
            line: "Pane is dead (status 1, Tue Nov 24 11:01:27 2026)",
            where: "Rocky Linux 9.6: tmux's remain-on-exit",
            seen: ["EL 9"],
            source: ["EL 7", "EL 8", "EL 10", "Fedora"],
          },
        ],
      },
    ],
  },
];
