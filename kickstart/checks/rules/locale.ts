import { list, text } from "../kickstart";
import type { Rule } from "../rule";

/** language, territory, charset, modifier: locale(7), setlocale(3). */
const LOCALE = /^(?:[a-z]{2,3}(?:_[A-Z]{2})?(?:\.(?:UTF-8|utf8|[A-Z][\w-]*))?(?:@[a-z]+)?|C(?:\.UTF-8)?|POSIX)$/;

export const locale: Rule = {
  code: "KS311",
  severity: "error",
  title: "malformed language",
  why: "A locale is written language_TERRITORY.UTF-8; the installer takes another for unknown and falls back to en_US. (setlocale(3))",
  remedy: "Write a name that `locale -a` lists, such as en_US.UTF-8.",
  check(kickstart) {
    return kickstart
      .accepted("lang")
      .flatMap((command) =>
        [text(command, "lang"), ...list(command, "addsupport")]
          .filter((name) => name !== "" && !/[$@{<]/.test(name.replace(/@[a-z]+$/, "")) && !LOCALE.test(name))
          .map((name) => ({ at: command, message: `${name} is no locale: write it like en_US.UTF-8` })),
      );
  },
};
