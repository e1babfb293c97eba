import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isAbandoned } from "./abandoned";
import { isAlive } from "../util/process-identity";
import { isLock, readHolder, tryLock } from "./lock";

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
      if (isAbandoned(file, file, now)) rmSync(file, { force: true });
    } else if (!name.endsWith(".ticket")) {
      const holder = readHolder(file);
      if (holder === undefined || isAlive(holder)) continue;
      const lock = tryLock(file);
      if (isLock(lock)) lock.release();
    }
  }
}
