import { readFileSync } from "node:fs";
import { propertiesAsMarkdown, PROPERTIES_PAGE } from "../../../scripts/write-property-docs";
import { withBlock } from "../../../scripts/write-check-docs";

test("docs/properties.md has the table of properties as `npm run docs:properties` writes it", () => {
  const page = readFileSync(PROPERTIES_PAGE, "utf8");
  expect(page).toBe(withBlock(page, "properties", propertiesAsMarkdown()));
});

test("the table shows a property's default from its doc comment, and its options from its row", () => {
  const [line] = propertiesAsMarkdown()
    .split("\n")
    .filter((row) => row.startsWith("| `cpuModel` |"));
  expect(line).toMatch(/^\| `cpuModel` \| QEMU CPU model; .* \| a text \| "max" \| inside \| {2}\| `cpu_model` \|$/);
});
