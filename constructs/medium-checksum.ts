import { readFileSync } from "node:fs";
import { lockedChecksum, MEDIA_LOCK_FILE, type MediaLock, parseMediaLock } from "../recipe/media-lock";
import type { InstallMedium } from "../recipe/medium";

/**
 * The medium's digest: its own, or the one that images.lock.json of the project holds for it.
 * @throws UserError that says which command to run, where there is none
 */
export function mediumChecksum(medium: InstallMedium): string {
  return lockedChecksum(medium, medium.checksum === undefined ? readMediaLock() : parseMediaLock(undefined));
}

function readMediaLock(): MediaLock {
  try {
    return parseMediaLock(readFileSync(MEDIA_LOCK_FILE, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return parseMediaLock(undefined);
    throw error;
  }
}
