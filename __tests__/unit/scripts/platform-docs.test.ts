import { readFileSync } from "node:fs";
import { PLATFORM_DOCS, withRules } from "../../../scripts/write-platform-docs";

test("docs/platforms.md has the rules as they are (else: npm run docs:platforms)", () => {
  const page = readFileSync(PLATFORM_DOCS, "utf8");
  expect(withRules(page)).toBe(page);
});
