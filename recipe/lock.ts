import { z } from "zod";
import type { InstallMedium } from "./medium";
import { UserError } from "../util/user-error";

/** Name of the lock file, beside cdktf.json. */
export const LOCK_FILE = "images.lock.json";

const lockSchema = z.strictObject({
  lockVersion: z.literal(1),
  /** By the medium's URL. */
  media: z.record(
    z.string(),
    z.strictObject({ checksumUrl: z.string(), checksum: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
  ),
});

/** `images.lock.json`: the digests that vendors' checksum files had when `os-images lock` read them. */
export type MediaLock = z.infer<typeof lockSchema>;

/** @throws UserError on a file that is no lock file */
export function parseLock(text: string, where: string): MediaLock {
  try {
    return lockSchema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String((error as Error).message);
    throw new UserError(`${where} is not a lock file: ${reason}; delete it and run \`npx os-images lock\` again`);
  }
}

/**
 * The medium's digest, its own or the locked one.
 * @throws UserError that says which command to run, where there is none
 */
export function lockedChecksum(medium: InstallMedium, lock: MediaLock): string {
  if (medium.checksum !== undefined) return medium.checksum;
  const entry = lock.media[medium.url];
  if (entry === undefined || entry.checksumUrl !== medium.checksumUrl) {
    throw new UserError(
      `iso "${medium.url}" has no entry in ${LOCK_FILE}: run \`npx os-images lock ${medium.url} ${medium.checksumUrl}\``,
    );
  }
  return entry.checksum;
}
