import type { Cause } from "./cause";

/** Causes that show while the installer runs: on its console, and on the port to which Anaconda forwards its log. */
export const INSTALLER_CAUSES: readonly Cause[] = [
  // The kickstart names a disk that the machine does not have.
  {
    name: "wrong disk name",
    sources: ["console", "installer"],
    pattern:
      /(?:Disk|Device|Partition) "\S+" given in \S+ (?:command|device list) does not exist|Specified nonexistent disk \S+|demo installer: error: .*this machine has: /,
    remedy:
      "name the disk that the disk interface gives (virtio: vda; sata, ide, virtio-scsi: sda; nvme: nvme0n1), or none at all",
    examples: [
      {
        line: 'Disk "vda" given in ignoredisk command does not exist.',
        seenIn: "https://github.com/Linuxfabrik/kickstart/issues/2",
      },
      {
        line: "Specified nonexistent disk vda in ignoredisk command",
        seenIn: "CentOS 6, https://github.com/kojak/kojak/issues/47",
      },
      {
        line: 'Device "sdq1" given in clearpart device list does not exist.',
        seenIn: "Anaconda, https://github.com/rhinstaller/anaconda/pull/7072; not seen live",
      },
      {
        line: "demo installer: error: ignoredisk leaves no disk to install to; this machine has: vda",
        seenIn: "this project's demo installer",
      },
    ],
  },
  // The installer's parser refuses the kickstart.
  {
    name: "kickstart syntax",
    sources: ["console", "installer"],
    pattern:
      /The following problem occurred on line \d+ of the kickstart file|demo installer: error: kickstart line \d+|demo installer: error: .*\b(?:unknown command|does not support the (?:command|option))/i,
    remedy: "mend the line of the kickstart that the installer names; ksvalidator finds such errors before a build",
    examples: [
      {
        line: "The following problem occurred on line 8 of the kickstart file:",
        seenIn: "pykickstart 3.78, errors.py; Anaconda prints it as it is",
      },
      {
        line: "demo installer: error: kickstart line 2: Unknown command: frobnicate",
        seenIn: "this project's demo installer",
      },
    ],
  },
  // The installer cannot fetch the kickstart.
  {
    name: "kickstart unreachable",
    sources: ["console", "installer"],
    pattern:
      /failed to fetch kickstart from|demo installer: error: (?:the kickstart \S+ cannot be read|\S*ks\.cfg cannot be read)/,
    remedy: 'compare the address in the boot command with the one that Packer serves; delivery "cd" needs no network',
    examples: [
      {
        line: "dracut-initqueue[607]: Warning: failed to fetch kickstart from http://192.168.122.1:1024/static/layers/rhel-server-7/install.ks",
        seenIn: "https://github.com/RedHatEMEA/demobuilder/issues/76",
      },
      {
        line: "demo installer: error: http://10.0.2.2:8101/no-such/ks.cfg cannot be read: server returned error: HTTP/1.1 404 Not Found",
        seenIn: "this project's demo installer",
      },
    ],
  },
  // The installer cannot read what it is to install from.
  {
    name: "repository unreachable",
    sources: ["console", "installer"],
    pattern:
      /Failed to download metadata for repo|Error downloading package metadata|\(Error setting up software|demo installer: error: liveimg --url="\S+" cannot be read/,
    remedy:
      "look whether the URL of url, repo or liveimg answers from the build host, and whether it is that release's",
    examples: [
      {
        line: "SourceSetupError: Failed to add the 'anaconda' repository: Failed to download metadata for repo 'anaconda': Cannot download repomd.xml",
        seenIn: "https://github.com/rhinstaller/kickstart-tests/issues/949",
      },
      {
        line: "anaconda: setting SourceSpoke status to: Error downloading package metadata...",
        seenIn: "https://github.com/pykickstart/pykickstart/issues/195",
      },
      {
        line: "       (Error setting up software               (Error checking software",
        seenIn: "https://github.com/osbuild/image-builder/issues/2046",
      },
      {
        line: 'demo installer: error: liveimg --url="http://127.0.0.1:1/rootfs.tar" cannot be read: can\'t connect to remote host',
        seenIn: "this project's demo installer",
      },
    ],
  },
  // The installer's first stage does not find the rest of it.
  {
    name: "installer not found",
    sources: ["console"],
    pattern: /It seems that the boot has failed\. Possible causes include/,
    remedy:
      "give the medium's label or URL as inst.stage2 or inst.repo in the boot command, and look whether the whole medium was downloaded",
    examples: [
      {
        line: "[  321.521692] g75 dracut-initqueue[1371]: Warning: It seems that the boot has failed. Possible causes include",
        seenIn: "https://github.com/dracutdevs/dracut/issues/2047",
      },
    ],
  },
  // The first stage gives up and opens a shell that nobody can use.
  {
    name: "boot stopped in the initramfs",
    sources: ["console"],
    pattern: /Entering emergency mode\. Exit the shell to continue\.|Generating "\/run\/initramfs\/rdsosreport\.txt"/,
    remedy: "look at the lines above it: mostly a root disk or medium that was not found",
    examples: [
      {
        line: "Entering emergency mode. Exit the shell to continue.",
        seenIn: "https://github.com/tuna-os/tunaOS/pull/1069",
      },
      {
        line: 'Generating "/run/initramfs/rdsosreport.txt"',
        seenIn: "dracut, modules.d/99base/rdsosreport.sh; not seen live",
      },
    ],
  },
  // What is to be installed does not fit on the guest's disk.
  {
    name: "no space in the guest",
    sources: ["console", "installer"],
    pattern:
      /No space left (?:on device|in the new system)|not enough (?:free )?space (?:on (?:the )?disks?|in file systems)|Unable to allocate requested partition scheme|demo installer: error: .*\b(?:too small|needs \d+ MiB)/i,
    remedy: "raise diskSize, or ask for less in the kickstart's part and %packages",
    examples: [
      {
        line: "demo installer: error: no space left in the new system while unpacking file:///run/install/repo/rootfs.tar",
        seenIn: "this project's demo installer",
      },
      {
        line: "tar: ./usr/lib/x86_64-linux-gnu/libicudata.so.72.1: Cannot write: No space left on device",
        seenIn: "GNU tar 1.34 in this project's demo installer",
      },
      {
        line: "storage configuration failed: Unable to allocate requested partition scheme.",
        seenIn:
          "blivet, partitioning.py, under Anaconda 21.40 of RHEL 7.3; https://github.com/storaged-project/blivet/pull/30",
      },
      {
        line: "Not enough space in file systems for the current software selection. An additional 1748.15 MiB is needed.",
        seenIn: "Anaconda 21.40 of RHEL 7.3, from a log that its user published",
      },
    ],
  },
  // The installer runs without the kernel arguments that name its kickstart: keys of the boot command were lost.
  {
    name: "kickstart not given",
    sources: ["console", "installer"],
    pattern: /question: no kickstart was given/,
    remedy:
      'the boot command did not arrive whole: raise bootWaitSeconds, or write boot: "kernel", which types nothing',
    examples: [
      {
        line: "demo installer: 13.7 s: question: no kickstart was given (inst.ks=http://..., or an OEMDRV volume)",
        seenIn: "the demo installer, setup/demo-installer/guest/demo_installer",
      },
    ],
  },
  // The installer waits for an answer that nobody gives.
  {
    name: "installer asks a question",
    sources: ["console", "installer"],
    pattern:
      /User interaction required on spoke|Please make (?:a selection|your choice) from (?:the )?above|Please respond 'yes' or 'no'/,
    remedy: "the kickstart leaves something open: add the command that the screenshot shows with [!]",
    examples: [
      {
        line: "anaconda: kickstart installation stopped for info: User interaction required on spoke INSTALLATION SOURCE",
        seenIn: "https://github.com/pykickstart/pykickstart/issues/195",
      },
      {
        line: "Please make a selection from the above ['b' to begin installation, 'q' to quit,",
        seenIn: "Rocky Linux 8.5's text installer on a serial console",
      },
    ],
  },
  // A script of the kickstart ended with an error that ends the installation.
  {
    name: "kickstart script failed",
    sources: ["console", "installer"],
    pattern:
      /error occurred (?:while )?running the kickstart script|There was an error running the kickstart script at line \d+|demo installer: error: %\S+.* failed with exit code/,
    remedy:
      "look at the lines above it, and at the script that it names; without --erroronfail the installation would go on",
    examples: [
      {
        line: "There was an error running the kickstart script at line 611. This is a fatal error and installation will be aborted.  The details of this error are:",
        seenIn: "a console in StarlingX's documentation of prestaged installations",
      },
      {
        line: "demo installer: error: %post of line 23 failed with exit code 1",
        seenIn: "this project's demo installer",
      },
    ],
  },
  // The installer gives up for another reason, which it names.
  {
    name: "installer error",
    sources: ["console"],
    pattern: /demo installer: error: |Non interactive installation failed: /,
    remedy: "mend what the line names",
    examples: [
      {
        line: "[   34.520680] anaconda[2628]: Non interactive installation failed: The command 'ostree container image deploy --sysroot=/mnt/sysimage --image=192.168.100.1:5000/rhel94-bootc-source --transport=registry' exited with the code 1..",
        seenIn: "https://github.com/openshift/microshift/pull/3743",
      },
      {
        line: "demo installer: error: the image has no /boot/vmlinuz*: it cannot start by itself",
        seenIn: "this project's demo installer",
      },
    ],
  },
];
