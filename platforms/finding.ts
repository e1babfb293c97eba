/** A rule of a platform that an artefact breaks. */
export interface BrokenRule {
  /** Such as "AZ04"; stable. */
  readonly code: string;
  /** What is wrong, the value got, and what to do instead. */
  readonly message: string;
}

/** One rule of a platform: what it asks of an artefact, and where that is written. */
export interface Rule<Facts> {
  readonly code: string;
  /** What has to be so, in one line. */
  readonly title: string;
  /** URL of the document that says so. */
  readonly source: string;
  /** Undefined if the artefact keeps the rule, else what is wrong and what to do. */
  readonly check: (facts: Facts) => string | undefined;
}

/** The rules that an artefact breaks, in the table's order. */
export function brokenRules<Facts>(rules: readonly Rule<Facts>[], facts: Facts): BrokenRule[] {
  return rules.flatMap(({ code, check }) => {
    const message = check(facts);
    return message === undefined ? [] : [{ code, message }];
  });
}

export const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;
