import { z } from "zod";
import type { IsoMedium } from "./medium";
import { UserError } from "../util/user-error";

/** Name of the media lock, beside cdktf.json. */
export const MEDIA_LOCK_FILE = "images.lock.json";

const mediaLockSchema = z.strictObject({
  lockVersion: z.literal(1),
  /** By the medium's URL. */
  media: z.record(
    z.string(),
    z.strictObject({ checksumUrl: z.string(), checksum: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
  ),
});

/** `images.lock.json`: the digests that vendors' checksum files had when `os-images lock` read them. */
export type MediaLock = z.infer<typeof mediaLockSchema>;

/**
 * The media lock of a project; an empty one if there is no file (`text` is undefined).
 * @throws UserError on a file that is no media lock
 */
export function parseMediaLock(text: string | undefined): MediaLock {
  if (text === undefined) return { lockVersion: 1, media: {} };
  try {
    return mediaLockSchema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new UserError(
      `${MEDIA_LOCK_FILE} is not a media lock: ${reason}; delete it and run \`npx os-images lock\` again`,
    );
  }
}

/**
 * The medium's digest, its own or the locked one.
 * @throws UserError that says which command to run if there is none
 */
export function lockedChecksum(medium: IsoMedium, lock: MediaLock): string {
  if (medium.checksum !== undefined) return medium.checksum;
  const entry = lock.media[medium.url];
  if (entry === undefined || entry.checksumUrl !== medium.checksumUrl) {
    throw new UserError(
      `iso "${medium.url}" has no entry in ${MEDIA_LOCK_FILE}: run \`npx os-images lock ${medium.url} ${medium.checksumUrl}\``,
    );
  }
  return entry.checksum;
}

/**
 * The sha256 that a vendor's checksum file has for a medium. Both usual forms are read: `SHA256 (name) = hex` (BSD) and
 * `hex  name` (GNU coreutils' sha256sum; a `*` before the name says binary).
 * @throws UserError if the file is not in it
 */
export function publishedChecksum(fileName: string, checksumFile: string, where: string): string {
  for (const line of checksumFile.split(/\r?\n/)) {
    const [, bsdName, bsdHex] = /^SHA256 \((.+)\) = ([0-9a-fA-F]{64})$/.exec(line.trim()) ?? [];
    const [, gnuHex, gnuName] = /^([0-9a-fA-F]{64}) [ *](.+)$/.exec(line.trim()) ?? [];
    const name = bsdName ?? gnuName?.replace(/^\.\//, "");
    const hex = bsdHex ?? gnuHex;
    if (name === fileName && hex !== undefined) return `sha256:${hex.toLowerCase()}`;
  }
  throw new UserError(`${where} has no sha256 of "${fileName}": name the checksum file that lists this medium`);
}
