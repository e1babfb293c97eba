import { asked, type CheckedKickstart } from "./kickstart";
import type { Place } from "./finding";
import { SOURCE_COPIES } from "./install-source";

/** A line of `%packages` that is no comment. */
export interface PackageLine extends Place {
  /** Without comment and blanks around it, e.g. "-iwl*firmware". */
  readonly content: string;
}

/** The lines of `%packages`, of all of its sections. */
export const packageLines = asked((kickstart): PackageLine[] =>
  kickstart.parsed.sections
    .filter(({ name }) => name === "%packages")
    .flatMap(({ file, line, body }) =>
      body
        .split("\n")
        .map((content, index) => ({ file, line: line + 1 + index, content: content.replace(/#.*/, "").trim() })),
    )
    .filter(({ content }) => content !== ""),
);

/** Whether packages are installed, and which is all to be seen. */
export function hasVisiblePackages(kickstart: CheckedKickstart): boolean {
  if (kickstart.isPartial || kickstart.has(...SOURCE_COPIES)) return false;
  return !packageLines(kickstart).some(({ content }) => /[$@]\{|\{\{|^%include/.test(content));
}

/** Groups that bring no servers and no interpreters. */
const SMALL = ["core", "minimal-environment", "guest-agents", "hardware-support"];

/**
 * Whether no more than the smallest set of packages is installed beside those that are named: no group but core, no
 * environment but the minimal one, and no group of more than drivers and agents.
 */
export function isMinimal(kickstart: CheckedKickstart): boolean {
  const { environment = "", groups } = kickstart.parsed.packages;
  const sections = kickstart.parsed.sections.filter(({ name }) => name === "%packages");
  if (
    sections.length === 0 ||
    !hasVisiblePackages(kickstart) ||
    sections.some(({ args }) => args.includes("--default"))
  )
    return false;
  const names = groups.map((name) => name.toLowerCase());
  return ["", "minimal", "minimal-environment"].includes(environment) && names.every((name) => SMALL.includes(name));
}

/** Whether a line of `%packages` names the package, or has a pattern for it. */
export function wantsPackage(kickstart: CheckedKickstart, name: string): boolean {
  return (kickstart.parsed.packages.packageList ?? []).some((pattern) => matches(pattern, name));
}

/** The line that excludes the package by its name or a pattern, unless another one wants it. */
export function exclusionOf(kickstart: CheckedKickstart, name: string): PackageLine | undefined {
  if (kickstart.parsed.packages.packageList?.includes(name)) return undefined;
  return packageLines(kickstart).find(
    ({ content }) => content.startsWith("-") && !content.startsWith("-@") && matches(content.slice(1).trim(), name),
  );
}

/** Shell patterns, as dnf reads them; a name may have its architecture. */
function matches(pattern: string, name: string): boolean {
  const regex = pattern
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${regex}$`).test(name);
}
