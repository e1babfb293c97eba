import type { Rule } from "../rule";

export const unterminated: Rule = {
  code: "KS006",
  severity: "error",
  title: "section without %end",
  why: "Everything to the end of the file belongs to the section, and the installer refuses the file.",
  remedy: "Write %end where the section is over.",
  check(kickstart) {
    return kickstart.parsed.problems
      .filter(({ kind }) => kind === "unterminated")
      .map((problem) => ({
        at: problem,
        message: `section ${problem.word ?? ""} has no %end: write it where the section is over`,
      }));
  },
};
