import type { CheckedImage } from "./context";
import type { Place, Severity } from "./finding";
import type { CheckedKickstart } from "./kickstart";

/** What the documentation tells of a code. */
export interface CodeInfo {
  /** "KS" and three digits; never used again for something else. */
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** Why it matters, with the source of the fact. */
  readonly why: string;
  /** What to write instead. */
  readonly remedy: string;
}

/** What a rule found: without a place, it is about the file as a whole. */
export interface Hit {
  readonly at?: Place;
  readonly message: string;
  /** Where it differs from the rule's own. */
  readonly severity?: Severity;
}

/** A check of an already parsed kickstart: pure, one idea each. */
export interface Rule extends CodeInfo {
  check(kickstart: CheckedKickstart, image: CheckedImage): Hit[];
}
