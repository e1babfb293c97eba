import { readFileSync } from "node:fs";
import { LOCK_FILE, lockedChecksum, type MediaLock, parseLock } from "../recipe/lock";
import type { InstallMedium } from "../recipe/medium";

/**
 * The medium's digest: its own, or the one that images.lock.json of the project holds for it.
 * @throws UserError that says which command to run, where there is none
 */
export function mediumChecksum(medium: InstallMedium): string {
  return lockedChecksum(medium, medium.checksum === undefined ? readLock() : { lockVersion: 1, media: {} });
}

function readLock(): MediaLock {
  try {
    return parseLock(readFileSync(LOCK_FILE, "utf8"), LOCK_FILE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { lockVersion: 1, media: {} };
    throw error;
  }
}
