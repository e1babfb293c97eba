import { readFileSync } from "node:fs";

/** What a file says as JSON; undefined if it cannot be read, or is no JSON. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
