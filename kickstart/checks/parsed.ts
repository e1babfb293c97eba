import type { Place } from "./finding";

/** One command line, as `parser.py` tells it. */
export interface ParsedCommand extends Place {
  readonly name: string;
  /** The words after the name, quotes removed. */
  readonly args: readonly string[];
  /** Whether pykickstart accepts the line. */
  readonly accepted: boolean;
  /** The attributes that pykickstart read, under pykickstart's names, but for those that are empty, false or
   * zero; none at all if it did not accept the line. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly unknown: readonly UnknownWord[];
  /** Options that pykickstart accepts as the beginning of a longer one. */
  readonly abbreviated?: readonly UnknownWord[];
}

/** A word that is none of the known ones. */
interface UnknownWord {
  readonly word: string;
  readonly known: readonly string[];
}

/** `%packages`, `%post` ...: header and body. */
export interface ParsedSection extends Place {
  readonly name: string;
  readonly args: readonly string[];
  readonly body: string;
  readonly closed: boolean;
  /** Why bash cannot read the script to its end; `line` counts from 1 in the body. */
  readonly shellError?: { readonly line: number; readonly message: string };
}

/** What pykickstart, or the reading of the file, objects to. */
export interface ParsedProblem extends Place {
  readonly kind: "error" | "deprecated" | "warning" | "unterminated" | "escape" | "recursive";
  readonly message: string;
  readonly word?: string;
  readonly unknown?: readonly UnknownWord[];
}

/** All of `%packages` together. */
interface ParsedPackages {
  readonly environment?: string;
  readonly groups: readonly string[];
  readonly excludedGroups: readonly string[];
  readonly packageList?: readonly string[];
  readonly excludedList?: readonly string[];
  readonly nocore?: boolean;
}

/** One kickstart file as data. */
export interface ParsedKickstart {
  readonly problems: readonly ParsedProblem[];
  readonly commands: readonly ParsedCommand[];
  readonly sections: readonly ParsedSection[];
  readonly packages: ParsedPackages;
  /** Files that were read through `%include`, with what they held. */
  readonly includes: readonly { readonly path: string; readonly sha256: string }[];
  /** `%include` and `%ksappend` that were not followed. */
  readonly unresolved: readonly (Place & {
    readonly target: string;
    readonly reason: "url" | "runtime" | "missing" | "unreadable" | "ksappend";
  })[];
  /** False if the end of the file was not reached. */
  readonly complete: boolean;
}
