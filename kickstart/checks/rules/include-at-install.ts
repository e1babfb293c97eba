import type { Rule } from "../rule";

export const includeAtInstall: Rule = {
  code: "KS309",
  severity: "error",
  title: "an include that the installer does not find",
  why: "The installer is given the kickstart alone: a file that lies beside it in the repository is not there when it reads `%include`.",
  remedy:
    "Put the fragment into the kickstart before it is served (in a typed one, spread the shared part: `{ ...base, ... }`), or write the file in %pre.",
  check(kickstart, { delivery }) {
    const missing = kickstart.parsed.unresolved
      .filter(({ reason }) => reason === "missing" || reason === "unreadable")
      .map((include) => ({
        at: include,
        message: `%include ${include.target}: there is no such file; write its path from this file's folder`,
      }));
    const pre = kickstart.scripts
      .filter(({ name }) => name === "%pre")
      .map(({ body }) => body)
      .join("\n");
    const unwritten = kickstart.parsed.unresolved
      .filter(({ reason, target }) => reason === "runtime" && /^\/tmp\/[\w./-]+$/.test(target))
      .filter(({ target }) => !pre.includes(target.split("/").at(-1)!))
      .map((include) => ({
        at: include,
        message: `%include ${include.target}: no %pre writes it; write the name that %pre has, or a %pre that makes it`,
      }));
    missing.push(...unwritten);
    if (!delivery || kickstart.parsed.includes.length === 0) return missing;
    const lines = kickstart.text.split("\n");
    const written = lines.flatMap((content, index) => {
      const target = /^\s*%include\s+([^/\s:]\S*)\s*$/.exec(content)?.[1];
      const at = { file: kickstart.path, line: index + 1 };
      if (!target || missing.some((hit) => hit.at.line === at.line)) return [];
      return [
        {
          at,
          message: `%include ${target}: the installer is given this file alone; put the fragment into it before it is served`,
        },
      ];
    });
    return [...missing, ...written];
  },
};
