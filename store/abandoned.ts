import { statSync } from "node:fs";
import { isAlive, type ProcessIdentity } from "../util/process-identity";
import { readJson } from "../util/json-file";

/**
 * How long what names no process is left alone, in milliseconds: it may be just being made. What is so far in the future
 * was made before the clock was set back.
 */
const UNOWNED_MS = 60_000;

/**
 * Whether the process that made something is gone. `ownerFile` holds its `ProcessIdentity`; where it does not, the age of
 * `path` decides.
 */
export function isAbandoned(path: string, ownerFile: string, now: number): boolean {
  const owner = readJson(ownerFile);
  if (isIdentity(owner)) return !isAlive(owner);
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && Math.abs(now - stat.mtimeMs) > UNOWNED_MS;
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return typeof value === "object" && value !== null;
}
