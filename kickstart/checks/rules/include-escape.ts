import type { Rule } from "../rule";

export const includeEscape: Rule = {
  code: "KS007",
  severity: "error",
  title: "include that leaves the kickstart's folder",
  why: "A kickstart is not to read other files of the machine that checks it; and the installer would not find them.",
  remedy: "Keep fragments beside the kickstart or below it.",
  check(kickstart) {
    return kickstart.parsed.problems
      .filter(({ kind }) => kind === "escape")
      .map((problem) => ({ at: problem, message: `${problem.message}: keep fragments beside it or below` }));
  },
};
