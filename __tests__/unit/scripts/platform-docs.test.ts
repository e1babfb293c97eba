import { readFileSync } from "node:fs";
import { PLATFORM_DOCS, withRules } from "../../../scripts/write-platform-docs";

test("docs/platforms.md is what `npm run docs:platforms` writes", () => {
  const page = readFileSync(PLATFORM_DOCS, "utf8");
  expect(withRules(page)).toBe(page);
});
