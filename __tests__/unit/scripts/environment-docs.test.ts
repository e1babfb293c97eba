import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

const ROOT = join(__dirname, "..", "..", "..");
const SHIPPED = [
  "ansible",
  "bin",
  "builder",
  "cli",
  "constructs",
  "host",
  "kickstart",
  "machine",
  "recipe",
  "remote",
  "setup",
  "store",
  "util",
  "xen",
];
const SOURCES = [".ts", ".js", ".mjs", ".sh", ".py"];

function variablesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => SOURCES.includes(extname(file)))
    .flatMap((file) => readFileSync(join(ROOT, folder, file), "utf8").match(/\bOS_IMAGES_[A-Z_]+/g) ?? []);
}

test("docs/environment.md has every variable that the sources read, and no other", () => {
  const page = readFileSync(join(ROOT, "docs", "environment.md"), "utf8");
  const documented = new Set(page.match(/\bOS_IMAGES_[A-Z_]+/g));
  expect([...documented].sort()).toEqual([...new Set(SHIPPED.flatMap(variablesIn))].sort());
});
