import { ALL_COMPS, compsOf, MODULES, NAMES } from "../facts/comps";
import { hasOtherRepositories } from "../install-source";
import { packageLines } from "../packages";
import type { Hit, Rule } from "../rule";
import { nearest } from "../spelling";

export const packageGroup: Rule = {
  code: "KS603",
  severity: "error",
  title: "package group or environment that the release does not have",
  why: "pykickstart takes any name after `@`. The installer stops at one that its repositories do not have: misspelt, or another release's, such as `@^minimal` since Enterprise Linux 8, where it is minimal-environment. Only a warning if a `repo` or --ignoremissing may help. (comps.xml of the releases)",
  remedy: "Write the name as `dnf group list --ids --hidden` shows it.",
  check(kickstart, { release }) {
    const comps = compsOf(release.dialect);
    const headers = kickstart.parsed.sections.filter(({ name }) => name === "%packages");
    const mayHelp =
      hasOtherRepositories(kickstart) ||
      kickstart.has("module") ||
      headers.some(({ args }) => args.includes("--ignoremissing"));
    return packageLines(kickstart).flatMap(({ content, ...at }): Hit[] => {
      const match = /^@(\^?)\s*([\w.-]+(?: [\w.()-]+)*?)(?:\s+--\w+)*$/.exec(content);
      if (!match) return [];
      const [, caret, name = ""] = match;
      const what = caret ? "environment" : "group";
      const [known, all] = caret
        ? [comps.environments, ALL_COMPS.environments]
        : [[...comps.groups, ...comps.environments], ALL_COMPS.groups];
      const id = name.toLowerCase();
      if (known.includes(id)) return [];
      if (!caret && release.dialect.startsWith("rhel") && MODULES.includes(id)) return [];
      const other = caret ? comps.groups : comps.environments;
      if (other.includes(id)) return [hitOf(at, `${name} is a group, and no environment: write @${name}`, false)];
      if (NAMES.some((one) => one.toLowerCase() === id)) return [];
      const isFedora = release.dialect.startsWith("fedora");
      const isOthers = all.includes(id) && !(isFedora && !caret);
      const meant = replacement(id, known) ?? (isOthers ? undefined : nearest(name, [...known, ...NAMES]));
      if (meant) return [hitOf(at, `${release.title} has no ${what} ${name}: did you mean @${caret}${meant}?`, false)];
      if (isOthers) {
        const message = `${name} is ${caret ? "an environment" : "a group"} of another release than ${release.title}: write one that \`dnf group list --ids --hidden\` shows`;
        return [hitOf(at, message, mayHelp)];
      }
      if (isFedora) return [];
      if (!caret) {
        const message = `${release.title} has no group ${name}: write one that \`dnf group list --ids --hidden\` shows`;
        return [hitOf(at, message, mayHelp || release.dialect === "rhel7")];
      }
      return [hitOf(at, `${release.title} has no environment ${name}: write one of ${known.join(", ")}`, mayHelp)];
    });
  },
};

function hitOf(at: Hit["at"], message: string, mayHelp: boolean): Hit {
  return { ...(at && { at }), message, ...(mayHelp && { severity: "warning" as const }) };
}

/** What an environment or group is called in the release that had another name in an earlier or later one. */
function replacement(name: string, known: readonly string[]): string | undefined {
  const names = [
    `${name}-environment`,
    name.replace(/-environment$/, ""),
    `${name}-product-environment`,
    name.replace(/-product-environment$/, "-environment"),
  ];
  return names.find((one) => one !== name && known.includes(one));
}
