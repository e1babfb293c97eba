import type { CheckedKickstart } from "./kickstart";
import type { ParsedProblem } from "./parsed";

/** A word that is none of the known ones, and the one that was probably meant. */
export interface Spelling {
  readonly word: string;
  readonly meant: string;
}

/** The slip of spelling behind a refused line, if it is one. */
export function spellingOf(kickstart: CheckedKickstart, problem: ParsedProblem): Spelling | undefined {
  const command = kickstart.commandAt(problem);
  if (command?.accepted) return undefined;
  for (const { word, known } of [...(problem.unknown ?? []), ...(command?.unknown ?? [])]) {
    const meant = nearest(word, known);
    if (meant) return { word, meant };
  }
  return undefined;
}

/**
 * The known word that was probably meant, or undefined: at most one slip (a letter wrong, missing, too many, or two
 * swapped) in a short word, two in one of six letters or more.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const allowed = word.replace(/^[-%@^]+/, "").length >= 6 ? 2 : 1;
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    if (candidate === word || Math.abs(candidate.length - word.length) > allowed) continue;
    const distance = slips(word, candidate);
    if (distance <= allowed && (!best || distance < best.distance)) best = { word: candidate, distance };
  }
  return best?.word;
}

/** Optimal string alignment distance: https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance */
function slips(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
        swapped ? at(before, j - 2) + 1 : Infinity,
      );
    }
    [before, last] = [last, row];
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}

/** Whether two words differ by one slip. */
export function isOneSlip(a: string, b: string): boolean {
  return a !== b && Math.abs(a.length - b.length) <= 1 && slips(a, b) === 1;
}
