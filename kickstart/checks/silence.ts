import { byPlace, type Finding, type Place } from "./finding";
import type { CodeInfo } from "./rule";

/** An ignore comment that is of no use. */
export const UNUSED_IGNORE: CodeInfo = {
  code: "KS013",
  severity: "info",
  title: "ignore comment without effect",
  why: "A comment that silences nothing hides the next real finding of that code.",
  remedy: "Take the comment out.",
};

interface Ignore {
  readonly code: string;
  /** Line of the comment. */
  readonly line: number;
  /** The line that it speaks of: its own, or the next one if it stands alone. */
  readonly target: number;
  used: boolean;
}

/**
 * Takes out the findings that a comment silences: `# os-images: ignore KS101 (reason)` at the end of a line or alone
 * above it speaks of that line; a finding about the file as a whole is silenced by the comment anywhere. Several codes
 * are separated by commas or blanks. `wholeFile` are the places of findings without a line of their own.
 */
export function silence(
  text: string,
  findings: readonly Finding[],
  file: string,
  wholeFile: ReadonlySet<Finding>,
): Finding[] {
  const ignores = ignoresIn(text);
  const left = findings.filter((finding) => {
    const matching = ignores.filter(
      ({ code, target }) => code === finding.code && (wholeFile.has(finding) || speaksOf(target, finding, file)),
    );
    for (const ignore of matching) ignore.used = true;
    return matching.length === 0;
  });
  for (const { code, line, used } of ignores) {
    if (used) continue;
    const message = `this comment silences nothing: there is no ${code} here; take it out`;
    left.push({ file, line, severity: UNUSED_IGNORE.severity, code: UNUSED_IGNORE.code, message });
  }
  return left.sort(byPlace);
}

function speaksOf(target: number, place: Place, file: string): boolean {
  return place.file === file && place.line === target;
}

function ignoresIn(text: string): Ignore[] {
  const found: Ignore[] = [];
  text.split("\n").forEach((content, index) => {
    const match = /^(.*?)#\s*os-images:\s*ignore\s+((?:KS\d{3}[\s,]*)+)/.exec(content);
    if (!match) return;
    const line = index + 1;
    const target = match[1]?.trim() ? line : line + 1;
    for (const code of match[2]?.match(/KS\d{3}/g) ?? []) found.push({ code, line, target, used: false });
  });
  return found;
}
