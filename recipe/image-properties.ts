import type { Login } from "./login";
import type { InstallMedium } from "./medium";
import type { Provisioner } from "./provisioner";
import type { OsRelease } from "./release";
import type { SealStep } from "./seal";

/** Who may log in to a machine made from an image, and how. */
export interface ImageLogin {
  readonly username: string;
  /** "key": a key that the kickstart put there; "password"; "none": no known login. */
  readonly method: "key" | "password" | "none";
}

/**
 * What an image is and how it is built: all but its kickstart. `properties.ts` has a row for each.
 */
export interface ImageProperties {
  /**
   * A DNS label; the image's folder in the store.
   * @default - the construct's id
   */
  readonly name?: string;
  /** Operating system and kickstart dialect. */
  readonly release: OsRelease;
  /** Where the operating system is installed from, or the image that this one is built on. */
  readonly medium: InstallMedium;
  /**
   * What is done in the installed system, in order. A text is a script that runs as root: a file, relative to the folder of
   * cdktf.json.
   * @default - none
   */
  readonly provisioners?: readonly (string | Provisioner)[];
  /**
   * Sealing steps that are left out, such as "package-caches".
   * @default - none: the image is ready to be cloned
   */
  readonly skipSealSteps?: readonly SealStep[];
  /**
   * How the build logs in.
   * @default Login.buildKey()
   */
  readonly buildLogin?: Login;
  /**
   * Who may log in to machines made from the image.
   * @default - the `buildLogin` if it stays in the image, else that of the image that is built on, or no known login
   */
  readonly login?: ImageLogin;
  /**
   * Raise it to build anew from today's repositories, such as "2026-11".
   * @default "1"
   */
  readonly revision?: string;
  /**
   * What starts the machine.
   * @default - "bios", or that of the image that it is built on
   */
  readonly firmware?: "bios" | "uefi";
  /**
   * QEMU machine type, such as "pc" or "q35".
   * @default - "pc" for BIOS; for UEFI what the release's installer takes, such as "q35"
   */
  readonly machineType?: string;
  /**
   * QEMU CPU model; "max" is all that the accelerator can do.
   * @default "max"
   */
  readonly cpuModel?: string;
  /**
   * Memory of the machine that is built, in MiB.
   * @default - 2048, or what the release's installer needs if that is more
   */
  readonly memoryMiB?: number;
  /**
   * A number and M, G or T (binary units), such as "5000M".
   * @default - "10G", or that of the image that it is built on, if known
   */
  readonly diskSize?: string;
  /**
   * Format of the image's disk.
   * @default "qcow2"
   */
  readonly format?: "qcow2" | "raw";
  /**
   * How the image's file is compressed. QEMU reads "zstd" since 5.1, "zlib" always; writing "zstd" takes a fifth of the time.
   * @default - "zstd" for qcow2, "none" for raw, which cannot be compressed
   */
  readonly compression?: "zstd" | "zlib" | "none";
  /**
   * How the disk is attached.
   * @default "virtio"
   */
  readonly diskInterface?: "virtio" | "virtio-scsi" | "sata" | "ide" | "nvme";
  /**
   * QEMU network device, such as "virtio-net" or "e1000".
   * @default "virtio-net"
   */
  readonly netDevice?: string;
  /**
   * Ends the build in the guest; it must run the sealing script, as the default does.
   * @default "sudo -n /bin/sh /dev/shm/os-images-seal.sh"
   */
  readonly shutdownCommand?: string;
  /**
   * "boot" starts the finished disk once before it is published: on an overlay that is thrown away, and without a network,
   * until its console asks for a login or its SSH server answers.
   * @default - "boot" if nobody logs in to the installed system, else "none"
   */
  readonly proof?: "boot" | "none";
  /**
   * QEMU accelerator of the build; "auto" is the fastest that boots a guest on the build host.
   * @default "auto"
   */
  readonly accelerator?: "auto" | "kvm" | "hvf" | "tcg";
  /**
   * CPUs of the build; "auto" is 2, or 1 under tcg, which a second one does not make faster.
   * @default "auto"
   */
  readonly cpus?: number | "auto";
  /**
   * False opens QEMU's window.
   * @default true
   */
  readonly headless?: boolean;
  /**
   * How the installer starts: "bootCommand" types it, "kernel" takes kernel and initrd out of the medium and starts them.
   * @default "bootCommand"
   */
  readonly boot?: "bootCommand" | "kernel";
  /**
   * How the kickstart gets to the installer: "http" from the build host, or "cd" on a CD labelled OEMDRV.
   * @default "http"
   */
  readonly delivery?: "http" | "cd";
  /**
   * Keys typed at the boot menu (with `boot: "kernel"` only by `packer build` by hand), in Packer's notation;
   * `${var.http_path}` stands before the kickstart's name.
   * @default - what the release's boot menu needs
   */
  readonly bootCommand?: readonly string[];
  /**
   * Seconds from power-on to the first key: keys typed before the boot menu is shown are lost.
   * @default 10
   */
  readonly bootWaitSeconds?: number;
  /**
   * Milliseconds between two keys.
   * @default 10
   */
  readonly bootKeyIntervalMs?: number;
  /**
   * Seconds from power-on to the end of the installation; "auto" is 3,600, or 14,400 under tcg.
   * @default "auto"
   */
  readonly installTimeoutSeconds?: number | "auto";
  /**
   * Seconds from the installed system's start to a login; "auto" is 600, or 1,800 under tcg.
   * @default "auto"
   */
  readonly loginTimeoutSeconds?: number | "auto";
  /**
   * Further Packer variables and their defaults, for use in `bootCommand` as `${var.NAME}`.
   * @default - none
   */
  readonly packerVariables?: Readonly<Record<string, string>>;
  /**
   * A store that others share, such as "s3://bucket/prefix": a deploy that does not find the image fetches it from there.
   * @default - `osImages.remote` in the context of cdktf.json; without one, images are shared with nobody
   */
  readonly remote?: string;
  /**
   * "share" fetches what the remote has and pushes what was built, "read" pushes nothing, and "required" is "share" that
   * fails if the remote does.
   * @default - `osImages.remoteMode` in the context of cdktf.json, or "share"
   */
  readonly remoteMode?: "share" | "read" | "required";
  /**
   * After which stages the builder keeps the disk, so that a later build goes on from there: after the installation and
   * each provisioner, after the installation alone, or never. Builds with `Login.none()` keep none.
   * @default "all"
   */
  readonly checkpoints?: "all" | "install" | "none";
  /**
   * A build takes no checkpoint that is older than so many days: its packages are of that day.
   * @default 30
   */
  readonly checkpointMaxAgeDays?: number;
  /**
   * Folder of the store, absolute or relative to the folder of cdktf.json; on a local file system.
   * @default "images"
   */
  readonly store?: string;
}
