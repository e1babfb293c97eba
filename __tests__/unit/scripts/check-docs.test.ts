import { readFileSync } from "node:fs";
import { codesAsMarkdown, DOCS_FILE, withBlock } from "../../../scripts/write-check-docs";
import { CODES } from "../../../kickstart/checks/rules";

test("every code appears once, in order, with a remedy", () => {
  const codes = CODES.map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)].sort());
  for (const { code, title, why, remedy } of CODES) {
    expect(code).toMatch(/^KS\d{3}$/);
    expect(title).toMatch(/^\S.*[^.]$/);
    expect(why).toMatch(/[.)]$/);
    expect(remedy).toMatch(/\.$/);
  }
});

test("docs/kickstart-checks.md is what `npm run docs:checks` writes", () => {
  const page = readFileSync(DOCS_FILE, "utf8");
  expect(page).toBe(withBlock(page, "codes", codesAsMarkdown(CODES)));
});

test("a page without the block is refused", () => {
  expect(() => withBlock("# A page\n", "codes", "")).toThrow('the page has no block "codes"');
});
