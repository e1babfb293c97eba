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

/** A known reason for a build to fail: the line that proves it, and what to do about it. One small file each. */
export interface Cause {
  /** Lower case, a few words; stable, tools may rely on it. */
  readonly name: string;
  readonly sources: readonly Source[];
  /** Matches the one line that proves it. */
  readonly pattern: RegExp;
  /** What to do, in lower case. */
  readonly remedy: string;
  /** How many such lines it takes, where one alone may pass. @default 1 */
  readonly times?: number;
  /** Lines that it must recognise, with the place each was seen in. "not seen live" where only the program's source tells. */
  readonly examples: readonly { readonly line: string; readonly seenIn: string }[];
}
