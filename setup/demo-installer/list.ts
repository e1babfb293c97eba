import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SOURCES } from "./inputs";

/** The lines of a list in this folder, without comments and empty lines. */
export function readList(path: string): string[] {
  return readFileSync(join(SOURCES, path), "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
