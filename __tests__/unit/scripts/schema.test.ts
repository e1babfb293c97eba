import { readFileSync } from "node:fs";
import { join } from "node:path";
import { schemas } from "../../../scripts/write-schema";

it.each(Object.entries(schemas()))("%s is what `npm run schema` writes", (name, text) => {
  expect(readFileSync(join(__dirname, "..", "..", "..", "schema", name), "utf8")).toBe(text);
});
