import { remedyFor } from "../remedies";
import type { Rule } from "../rule";

export const deprecated: Rule = {
  code: "KS011",
  severity: "warning",
  title: "deprecated in this release",
  why: "The release still takes the command or option, often without effect; a later one will refuse it.",
  remedy: "Write what the message says, or take it out.",
  check(kickstart) {
    return kickstart.parsed.problems
      .filter(({ kind }) => kind === "deprecated")
      .map((problem) => {
        const command = kickstart.commandAt(problem);
        const remedy = command && /command/.test(problem.message) ? remedyFor(command.name) : undefined;
        return {
          at: problem,
          message: remedy
            ? `${shorten(problem.message).replace(/; take it out$/, "")}: ${remedy}`
            : shorten(problem.message),
        };
      });
  },
};

/** The place is told already, and the request to change the file is what this finding is. */
function shorten(message: string): string {
  const short = message
    .replace(/^Ignoring deprecated (command|option) on line \d+: /, "")
    .replace(/ on line \d+/, "")
    .replace(/ It may be removed from future releases, which will result in a fatal error from kickstart\./, "")
    .replace(
      / Please modify your kickstart file to (remove|replace) this (command|option)( with )?/,
      (_, verb: string, _what, more?: string) => (verb === "remove" ? " take it out" : more ? " write instead " : ""),
    )
    .replace(/\.( take| write)/, ";$1")
    .replace(/\.$/, "");
  return `${short[0]?.toLowerCase() ?? ""}${short.slice(1)}`;
}
