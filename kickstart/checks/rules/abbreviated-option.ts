import type { Rule } from "../rule";

export const abbreviatedOption: Rule = {
  code: "KS601",
  severity: "warning",
  title: "option cut short",
  why: "pykickstart accepts the beginning of an option; a release that adds another option with this beginning does not.",
  remedy: "Write the whole option.",
  check(kickstart) {
    return kickstart.parsed.commands.flatMap((command) =>
      (command.abbreviated ?? []).flatMap(({ word, known }) => {
        const meant = known.filter((option) => option.startsWith(word));
        if (meant.length === 0) return [];
        return [{ at: command, message: `${command.name} ${word} is cut short: write ${meant.join(" or ")}` }];
      }),
    );
  },
};
