import type { Rule } from "../rule";

const REASONS = {
  url: "fetched when the installer runs",
  ksappend: "fetched when the installer runs",
  runtime: "made when the installer runs",
} as const;

export const includeUnseen: Rule = {
  code: "KS009",
  severity: "info",
  title: "part of the kickstart that cannot be seen",
  why: "What a URL or a %pre script brings is not known here, so no check says that a command is missing.",
  remedy: "Nothing, if it is meant; otherwise put the part into the kickstart.",
  check(kickstart) {
    return kickstart.parsed.unresolved.flatMap((include) => {
      const { reason, target } = include;
      if (reason === "missing" || reason === "unreadable") return [];
      return [{ at: include, message: `${target} is ${REASONS[reason]}: nothing is said of missing commands` }];
    });
  },
};
