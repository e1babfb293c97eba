/** Writes the list of codes into docs/kickstart-checks.md: `npx tsx checks/write-docs.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { codesAsMarkdown, DOCS_FILE, withBlock } from "./docs";
import { CODES } from "./rules";

writeFileSync(DOCS_FILE, withBlock(readFileSync(DOCS_FILE, "utf8"), "codes", codesAsMarkdown(CODES)));
