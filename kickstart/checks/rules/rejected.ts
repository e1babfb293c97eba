import type { CheckedKickstart } from "../kickstart";
import type { ParsedProblem } from "../parsed";
import { placeholderIn } from "../markers";
import type { Rule } from "../rule";
import { spellingOf } from "../spelling";
import { remedyFor } from "../remedies";

export const rejected: Rule = {
  code: "KS010",
  severity: "error",
  title: "refused by the installer's parser",
  why: "pykickstart, the parser that Anaconda uses, refuses the line for this release: the installer stops before it does anything.",
  remedy: "Mend the line as the message says; `docs.redhat.com` lists each release's commands and options.",
  check(kickstart) {
    return kickstart.parsed.problems
      .filter(
        (problem) => problem.kind === "error" && !spellingOf(kickstart, problem) && !isPlaceholders(kickstart, problem),
      )
      .map((problem) => {
        const command = kickstart.commandAt(problem);
        const remedy =
          command && /removed|unknown command|deprecated/i.test(problem.message) ? remedyFor(command.name) : undefined;
        const message = problem.message.replace(/\.$/, "") || "the line cannot be read";
        return {
          at: problem,
          message: `${message[0]?.toLowerCase()}${message.slice(1)}${remedy ? `: ${remedy}` : ""}`,
        };
      });
  },
};

/** Whether a placeholder is all that is wrong; it has a finding of its own. */
function isPlaceholders(kickstart: CheckedKickstart, problem: ParsedProblem): boolean {
  const command = kickstart.commandAt(problem);
  const { message } = problem;
  const named = message.replace(/^(unrecognized arguments: |argument .*?: invalid \w+ value: )/, "");
  const words = (command?.args ?? []).filter((arg) => named.includes(arg.replace(/^--[\w-]+=/, "")));
  return named !== message && words.length > 0 && words.every((word) => placeholderIn(word) !== undefined);
}
