/** Where a cause shows. */
export type Source =
  /** The guest's first serial port. */
  | "console"
  /** The port to which the installer forwards its log. */
  | "installer"
  /** The debug port of the BIOS. */
  | "firmware"
  /** What Packer prints, and its log with that of its plugin and of QEMU. */
  | "packer";

/** A known reason for a build to fail: the line that proves it, and what to do about it. */
export interface Cause {
  /** Lower case, a few words; stable, tools may rely on it. */
  readonly name: string;
  readonly sources: readonly Source[];
  /** Matches the one line that proves it. */
  readonly pattern: RegExp;
  /** What to do, in lower case. */
  readonly remedy: string;
  /** How many such lines prove it, if one alone may be harmless. @default 1 */
  readonly times?: number;
  /** Lines that it must recognise, and where each was seen. "not seen live": from the program's source only. */
  readonly examples: readonly { readonly line: string; readonly seenIn: string }[];
}

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
