/** error: the build fails or the image is of no use; warning: it probably is; info: worth knowing. */
export type Severity = "error" | "warning" | "info";

/** A line of a file, counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** One thing that a check found. */
export interface Finding extends Place {
  readonly severity: Severity;
  /** Stable, e.g. "KS101"; docs/kickstart-checks.md lists them all. */
  readonly code: string;
  /** One line, lower case: what is wrong, the value got, what to write instead. */
  readonly message: string;
}

/** Order of findings for people: by file, line, then code. */
export function byPlace(a: Finding, b: Finding): number {
  return a.file.localeCompare(b.file) || a.line - b.line || a.code.localeCompare(b.code);
}
