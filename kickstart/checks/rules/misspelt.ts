import type { Rule } from "../rule";
import { spellingOf } from "../spelling";

export const misspelt: Rule = {
  code: "KS015",
  severity: "error",
  title: "misspelt command, option or section",
  why: "The release does not know the word, but one that differs by a letter or two.",
  remedy: "Write the word that the message proposes.",
  check(kickstart) {
    return kickstart.parsed.problems.flatMap((problem) => {
      const spelling = problem.kind === "error" ? spellingOf(kickstart, problem) : undefined;
      return spelling ? [{ at: problem, message: `unknown ${spelling.word}: did you mean ${spelling.meant}?` }] : [];
    });
  },
};
