import { readFileSync } from "node:fs";
import { join } from "node:path";
import { causeTables } from "../../faults/cause-tables";

test("docs/failures.md has the causes that `npm run docs:failures -- --no-builds` writes", () => {
  const text = readFileSync(join(__dirname, "..", "..", "..", "docs", "failures.md"), "utf8");
  expect(text.endsWith(`\n${causeTables()}`)).toBe(true);
});
