import type { Kickstart } from "./kickstart";
import type { ParsedProblem } from "./parsed";
import { nearest } from "./suggest";

/** A word that is none of the known ones, and the one that was probably meant. */
export interface Spelling {
  readonly word: string;
  readonly meant: string;
}

/** The slip of spelling behind a refused line, if it is one. */
export function spellingOf(kickstart: Kickstart, problem: ParsedProblem): Spelling | undefined {
  const command = kickstart.commandAt(problem);
  if (command?.accepted) return undefined;
  for (const { word, known } of [...(problem.unknown ?? []), ...(command?.unknown ?? [])]) {
    const meant = nearest(word, known);
    if (meant) return { word, meant };
  }
  return undefined;
}
