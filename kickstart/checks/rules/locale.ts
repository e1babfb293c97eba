import { LOCALES } from "../facts/locales";
import { list, text } from "../kickstart";
import type { Rule } from "../rule";
import { nearest } from "../spelling";

export const locale: Rule = {
  code: "KS311",
  severity: "warning",
  title: "language that does not exist",
  why: "A locale is written language_TERRITORY.UTF-8; in the place of one that glibc does not have, the installer takes en_US. (glibc, localedata/SUPPORTED)",
  remedy: "Write a name that `locale -a` lists, such as en_US.UTF-8.",
  check(kickstart) {
    return kickstart.accepted("lang").flatMap((command) =>
      [text(command, "lang"), ...list(command, "addsupport")].flatMap((name) => {
        const wrong = whatIsWrong(name);
        return wrong === undefined ? [] : [{ at: command, message: `there is no language ${name}: ${wrong}` }];
      }),
    );
  },
};

function whatIsWrong(name: string): string | undefined {
  const [, language = "", charset = "UTF-8"] = /^([^.@]*)(?:\.([^@]*))?(?:@[a-z]+)?$/.exec(name) ?? [];
  if (name === "" || /[$<{]|@@/.test(name) || ["C", "POSIX"].includes(language)) return undefined;
  if (!/^(UTF-?8|ISO-?8859-?\d+|EUC-?\w+|GB\w+|BIG5\w*|KOI8-\w|CP\d+|TIS-?620|SJIS)$/i.test(charset)) {
    return `write .UTF-8 for .${charset}`;
  }
  if (LOCALES.has(language) || [...LOCALES].some((known) => known.startsWith(`${language}_`))) return undefined;
  const meant = meantBy(language);
  return meant ? `did you mean ${meant}.UTF-8?` : "write one such as en_US.UTF-8";
}

/** The locale in its own case, that of the language's own country, or a close one. */
function meantBy(language: string): string | undefined {
  const all = [...LOCALES];
  const [code = ""] = language.toLowerCase().split(/[_-]/);
  const own = code === "en" ? "en_US" : `${code}_${code.toUpperCase()}`;
  const cased = all.find((known) => known.toLowerCase() === language.toLowerCase().replace("-", "_"));
  return cased ?? (LOCALES.has(own) ? own : nearest(language, all));
}
