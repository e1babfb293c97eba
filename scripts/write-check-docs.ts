/** Writes the list of codes into docs/kickstart-checks.md: `npm run docs:checks`. */
import { readFileSync, writeFileSync } from "node:fs";
import { codesAsMarkdown, DOCS_FILE, withBlock } from "../kickstart/checks/docs";
import { CODES } from "../kickstart/checks/rules";

writeFileSync(DOCS_FILE, withBlock(readFileSync(DOCS_FILE, "utf8"), "codes", codesAsMarkdown(CODES)));
