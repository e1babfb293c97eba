import type { Rule } from "../rule";

export const carriageReturn: Rule = {
  code: "KS003",
  severity: "error",
  title: "Windows line ends",
  why: "The carriage return becomes part of script lines: `#!/bin/bash\\r` is no interpreter, and `cd /tmp\\r` no folder.",
  remedy: "Save the file with LF line ends, e.g. with `dos2unix`, and write `*.cfg text eol=lf` into .gitattributes.",
  check(kickstart) {
    const index = kickstart.text.split("\n").findIndex((line) => line.endsWith("\r"));
    if (index < 0) return [];
    const at = { file: kickstart.path, line: index + 1 };
    const severity = kickstart.scripts.length > 0 ? "error" : "warning";
    return [{ at, severity, message: "the line ends with CR LF: save the file with LF line ends (dos2unix)" }];
  },
};
