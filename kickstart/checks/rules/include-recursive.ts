import type { Rule } from "../rule";

export const includeRecursive: Rule = {
  code: "KS008",
  severity: "error",
  title: "include that includes itself",
  why: "pykickstart follows it until it fails.",
  remedy: "Take the include out of the fragment.",
  check(kickstart) {
    return kickstart.parsed.problems
      .filter(({ kind }) => kind === "recursive")
      .map((problem) => ({ at: problem, message: `${problem.message}: take it out` }));
  },
};
