import type { Rule } from "../rule";

export const scriptSyntax: Rule = {
  code: "KS017",
  severity: "error",
  title: "script that the shell cannot read",
  why: "The shell stops at a syntax error: what comes after it is not done. With --erroronfail the installation stops too; without, it is a warning. (bash -n, which runs nothing)",
  remedy: "Close what the message names: an if, a quotation mark, a here-document.",
  check(kickstart) {
    return kickstart.scripts.flatMap(({ shellError, name, file, line, args }) => {
      if (!shellError) return [];
      const at = { file, line: line + shellError.line };
      const severity = args.includes("--erroronfail") ? ("error" as const) : ("warning" as const);
      return [{ at, severity, message: `the shell cannot read this ${name}: ${shellError.message}; mend it` }];
    });
  },
};
