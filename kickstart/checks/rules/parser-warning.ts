import type { Rule } from "../rule";

export const parserWarning: Rule = {
  code: "KS012",
  severity: "warning",
  title: "the installer's parser warns",
  why: "pykickstart reads the line, but not as it was probably meant, such as the second of two lines for one thing.",
  remedy: "Mend the line as the message says.",
  check(kickstart) {
    return kickstart.parsed.problems
      .filter(({ kind }) => kind === "warning")
      .map((problem) => ({
        at: problem,
        message: `${problem.message[0]?.toLowerCase() ?? ""}${problem.message.slice(1)}`,
      }));
  },
};
