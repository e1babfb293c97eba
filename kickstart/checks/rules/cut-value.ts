import type { Hit, Rule } from "../rule";

export const cutValue: Rule = {
  code: "KS606",
  severity: "warning",
  title: "value cut off at #",
  why: "A # begins a comment wherever it stands outside of quotes, also in the middle of a word: of `pass#word`, `pass` is left, and nothing says so. (Python, shlex)",
  remedy: "Put the value into quotes, or a blank before the comment.",
  check(kickstart) {
    const lines = kickstart.text.split("\n");
    return kickstart.parsed.commands.flatMap((at): Hit[] => {
      const content = at.file === kickstart.path ? (lines[at.line - 1] ?? "") : "";
      const word = /(\S+)#\S/.exec(content.replace(/"(\\.|[^"\\])*"|'[^']*'/g, (quoted) => "_".repeat(quoted.length)));
      if (!word || /^\s*#/.test(content)) return [];
      return [
        { at, message: `${at.name} is cut off at the # in ${shown(at.name, word[1]!)}: put the value into quotes` },
      ];
    });
  },
};

/** The option, and nothing of its value, which may be a password. */
function shown(command: string, word: string): string {
  return word.startsWith("--") ? word.replace(/=.*/, "") : `the value of ${command}`;
}
