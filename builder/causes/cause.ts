/** Where a cause shows. */
export type Source =
  /** The guest's first serial port, read as a screen. */
  | "console"
  /** The port to which the installer forwards its log. */
  | "installer"
  /** The debug port of the BIOS. */
  | "firmware"
  /** What Packer prints, and its log with that of its plugin and of QEMU. */
  | "packer";

/** How far the guest is: what a line proves depends on it. */
export type Stage =
  /** Firmware, kernel and initramfs of the medium. */
  | "start"
  /** The installer has begun to speak. */
  | "installer"
  /** The installed system starts. */
  | "installed"
  /** Somebody is logged in: scripts can print anything. */
  | "login";

/** The installers that lines are known of. "Fedora" is Fedora 44. */
export const INSTALLERS = ["EL 7", "EL 8", "EL 9", "EL 10", "Fedora", "demo"] as const;
export type Installer = (typeof INSTALLERS)[number];

/** A line by which a cause is recognised. */
interface Example {
  readonly line: string;
  /** Where it was seen, or where its source is. */
  readonly where: string;
  /** Installers on whose real console or log it was seen. */
  readonly seen?: readonly Installer[];
  /** Installers whose source has it. */
  readonly source?: readonly Installer[];
}

/** One way in which a cause shows. */
export interface Sign {
  readonly sources: readonly Source[];
  /** Matches the one line that proves it. */
  readonly pattern: RegExp;
  /** The stages in which the line proves it. @default - all but "login" */
  readonly stages?: readonly Stage[];
  /**
   * How long to wait before the line is believed, in seconds: so long the guest may still go on. "never" only names the
   * reason for a failure that something else proves.
   * @default - a moment, for a narrower cause to show
   */
  readonly afterSeconds?: number | "never";
  /** How long the line must stay on the screen to be believed, in seconds. @default - it need not stay */
  readonly staysSeconds?: number;
  /** Whether the screen must end in a prompt as long as the line stays. @default false */
  readonly prompt?: boolean;
  /** How many such lines prove it. @default 1 */
  readonly times?: number;
  readonly examples: readonly Example[];
}

/** A known reason for a build to fail: the signs that prove it, and what to do about it. */
export interface Cause {
  /** Lower case, a few words; stable, tools may rely on it. */
  readonly name: string;
  /** What to do, in lower case. */
  readonly remedy: string;
  readonly signs: readonly Sign[];
  /** Whether it says that the build failed, but not why: what is only suspected may be its reason. @default false */
  readonly vague?: boolean;
  /** Matches the line of the console that says more than the one that proves the cause. */
  readonly detail?: RegExp;
  /** Installers on which it cannot show, and why. */
  readonly notOn?: Partial<Record<Installer, string>>;
}

/** A pattern for what stands before a message of the kernel: on its console, and on the installer's log port. */
export const KERNEL = String.raw`(?:^|\[ *\d+\.\d+\] |\bkernel: ?)`;

/** Why a build ended without an image. */
export interface Diagnosis {
  /** Name of a known cause, or "unknown". */
  readonly cause: string;
  /** One sentence, lower case. */
  readonly reason: string;
  /** The line that proves it. */
  readonly proof?: string;
  readonly remedy?: string;
}
