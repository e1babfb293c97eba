import { median, ratio } from "./measure";

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly against: string;
  /** What was measured, in words: seconds are medians. */
  readonly result: string;
  readonly target: string;
  /** Absent if the row only shows something. */
  readonly met?: boolean;
}

/** A row that compares times in seconds, round by round. */
export function comparison(
  what: string,
  ours: readonly number[],
  against: string,
  theirs: readonly number[],
  atMost?: number,
): Row {
  const of = ratio(ours, theirs);
  return {
    what,
    against,
    result: `${of.toFixed(2)} (${seconds(ours)} against ${seconds(theirs)}, ${ours.length} rounds)`,
    target: atMost === undefined ? "shown" : `<= ${atMost.toFixed(2)}`,
    ...(atMost !== undefined && { met: of <= atMost }),
  };
}

/** "12.3 s", the median. */
export function seconds(values: readonly number[]): string {
  return `${median(values).toFixed(median(values) < 10 ? 2 : 1)} s`;
}

/** A row of the Markdown table. */
export function markdown({ what, against, result, target, met }: Row): string {
  const mark = met === undefined ? "" : met ? "yes" : "**no**";
  return `| ${[what, against, result, target, mark].join(" | ")} |`;
}
