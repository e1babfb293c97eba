import type { Note } from "../util/progress";

/** What was found of one tool. Without `source` it is missing or too old, and `remedy` says what to do. */
export interface Finding {
  readonly tool: string;
  readonly version?: string;
  /** Where it comes from, e.g. "/usr/bin/qemu-img", "cache", "registry.terraform.io". */
  readonly source?: string;
  readonly remedy?: string;
  /** Needed for some images only: set-up is complete without it. @default false */
  readonly optional?: boolean;
}

/** One thing that set-up makes sure of. */
export interface Step {
  readonly title: string;
  /** Looks, changes nothing, and is fast when all is there. */
  find(): Finding[] | Promise<Finding[]>;
  /**
   * Gets what is missing and returns how, e.g. "built from its Go module". Only called when something is missing, and
   * by one set-up at a time; may be killed at any moment and must then leave nothing that `find` takes for the whole.
   * Throws UserError, with exit code 3 for what only the user can install.
   */
  install(note: Note): Promise<string>;
}

/** Whether there is nothing to do. */
export function isComplete(findings: readonly Finding[]): boolean {
  return findings.every(({ source, optional = false }) => source !== undefined || optional);
}
