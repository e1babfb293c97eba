/** Where a cause shows: the guest's console, the installer's log port, or what Packer prints. */
export type Source = "console" | "installer" | "packer";

/** A known reason for a build to fail: the line that proves it, and what to do about it. One small file each. */
export interface Cause {
  /** Lower case, a few words; stable, tools may rely on it. */
  readonly name: string;
  readonly sources: readonly Source[];
  /** Matches the one line that proves it. */
  readonly pattern: RegExp;
  /** What to do, in lower case. */
  readonly remedy: string;
  /** Lines that it must recognise, with the place each was seen in. */
  readonly examples: readonly { readonly line: string; readonly seenIn: string }[];
}
