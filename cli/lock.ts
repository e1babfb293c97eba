import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { MEDIA_LOCK_FILE, type MediaLock, parseMediaLock, publishedChecksum } from "../recipe/media-lock";
import { placeOf } from "../recipe/medium";
import { get, reasonOf } from "../util/http";
import { projectPath } from "../util/project-folder";
import { UserError } from "../util/user-error";
import { writeWhole } from "../util/whole-file";
import { addCommand, type CommandOptions, printJson } from "./command";

/** How long a vendor's server may take to answer. */
const TIMEOUT_MS = 30_000;

/** Adds `os-images lock ISO_URL CHECKSUM_URL`: writes the digest that the vendor publishes now to images.lock.json. */
export function addLock(program: Command): void {
  addCommand(program, "lock", `Write the checksum that a medium's vendor publishes now to ${MEDIA_LOCK_FILE}.`)
    .argument("<iso-url>", "the medium's URL or path, as in its InstallMedium.iso()")
    .argument("<checksum-url>", "the vendor's checksum file")
    .action(async (isoUrl: string, checksumUrl: string, { json }: CommandOptions) => {
      const checksum = await fetchChecksum(isoUrl, checksumUrl);
      const lock = readMediaLock();
      const before = lock.media[isoUrl]?.checksum;
      writeWhole(projectPath(MEDIA_LOCK_FILE), withMedium(lock, isoUrl, checksumUrl, checksum));
      const change = before === undefined ? "new" : before === checksum ? "unchanged" : `was ${before}`;
      if (json) printJson({ isoUrl, checksumUrl, checksum, before });
      else process.stdout.write(`${fileNameOf(isoUrl)} ${checksum} (${change})\n`);
    });
}

/**
 * The digest that a vendor's checksum file has for a medium, as "sha256:<hex>".
 * @throws UserError if the file cannot be fetched, or does not list the medium
 */
export async function fetchChecksum(isoUrl: string, checksumUrl: string): Promise<string> {
  const name = fileNameOf(isoUrl);
  return publishedChecksum(name, await fetchText(checksumUrl), checksumUrl);
}

/** The text of a media lock with a medium added, or renewed. */
export function withMedium(lock: MediaLock, isoUrl: string, checksumUrl: string, checksum: string): string {
  const all = { ...lock.media, [isoUrl]: { checksumUrl, checksum } };
  const media = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ ...lock, media }, undefined, 2)}\n`;
}

function fileNameOf(isoUrl: string): string {
  const place = placeOf(isoUrl);
  return basename(place.kind === "server" ? new URL(place.url).pathname : place.path);
}

async function fetchText(url: string): Promise<string> {
  try {
    const answer = await get(url, AbortSignal.timeout(TIMEOUT_MS));
    return await answer.text();
  } catch (error) {
    throw new UserError(
      `checksum file ${url} cannot be fetched (${reasonOf(error)}): check the URL and the network`,
      1,
    );
  }
}

function readMediaLock(): MediaLock {
  const file = projectPath(MEDIA_LOCK_FILE);
  return parseMediaLock(existsSync(file) ? readFileSync(file, "utf8") : undefined);
}
