import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { isAlive, type ProcessIdentity } from "./identity";
import { isLock, readHolder, tryLock } from "./lock";

/** How long a file that names no process is left alone, in milliseconds: it may be one that is just being written. */
const UNOWNED_MS = 60_000;

/**
 * Removes from a folder of locks what processes that are gone have left there: locks, rights to take one over, and files
 * that were to become one. Nothing waits for these, but they would stay for ever. A lock goes by being taken over, as
 * only who holds it may remove it.
 */
export function removeStaleLocks(folder: string, now: number = Date.now()): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (name.endsWith(".new")) {
      if (isStale(file, now)) rmSync(file, { force: true });
    } else if (!name.endsWith(".ticket")) {
      const holder = readHolder(file);
      if (holder === undefined || isAlive(holder)) continue;
      const lock = tryLock(file);
      if (isLock(lock)) lock.release();
    }
  }
}

function isStale(file: string, now: number): boolean {
  try {
    return !isAlive(JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity);
  } catch {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat !== undefined && Math.abs(now - stat.mtimeMs) > UNOWNED_MS;
  }
}
