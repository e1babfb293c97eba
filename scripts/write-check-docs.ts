/** Writes the list of codes into docs/kickstart-checks.md: `npm run docs:checks`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CODES } from "../kickstart/checks/rules";
import type { CodeInfo } from "../kickstart/checks/rule";

/** The page that lists the codes. */
export const DOCS_FILE = join(__dirname, "..", "docs", "kickstart-checks.md");

/** The list of codes as Markdown. */
export function codesAsMarkdown(codes: readonly CodeInfo[]): string {
  return codes
    .map(({ code, severity, title, why, remedy }) => `### ${code}: ${title}\n\n${severity}. ${why}\n\n${remedy}\n`)
    .join("\n");
}

/**
 * A page with the block of that name replaced: the text between `<!-- NAME: generated -->` and `<!-- NAME: end -->`.
 * @throws Error if the page has no such block
 */
export function withBlock(page: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}: generated -->\n`, `<!-- ${name}: end -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no block "${name}"`);
  return `${page.slice(0, from)}${start}\n${content}\n${page.slice(to)}`;
}

if (require.main === module) {
  writeFileSync(DOCS_FILE, withBlock(readFileSync(DOCS_FILE, "utf8"), "codes", codesAsMarkdown(CODES)));
}
