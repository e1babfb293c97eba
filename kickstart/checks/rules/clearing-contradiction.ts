import type { Rule } from "../rule";

const CHOICES = ["--all", "--linux", "--none", "--list"];

export const clearingContradiction: Rule = {
  code: "KS107",
  severity: "error",
  title: "clearpart with options that exclude each other",
  why: "pykickstart takes `--all`, `--linux`, `--none` and `--list` together and silently keeps the last one.",
  remedy: "Write one of them.",
  check(kickstart) {
    return kickstart.accepted("clearpart").flatMap((command) => {
      const chosen = CHOICES.filter((choice) =>
        command.args.some((arg) => arg === choice || arg.startsWith(`${choice}=`)),
      );
      if (chosen.length < 2) return [];
      return [
        { at: command, message: `clearpart has ${chosen.join(" and ")}, of which only the last counts: write one` },
      ];
    });
  },
};
