import type { Rule } from "../rule";

export const byteOrderMark: Rule = {
  code: "KS014",
  severity: "error",
  title: "byte order mark",
  why: "The mark becomes part of the first word: pykickstart then does not know the command.",
  remedy: "Save the file as UTF-8 without a byte order mark.",
  check(kickstart) {
    if (!kickstart.text.startsWith("\uFEFF")) return [];
    return [{ at: kickstart.start, message: "the file begins with a byte order mark: save it as UTF-8 without one" }];
  },
};
