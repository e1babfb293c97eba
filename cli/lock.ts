import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { MEDIA_LOCK_FILE, type MediaLock, parseMediaLock, publishedChecksum } from "../recipe/media-lock";
import { UserError } from "../util/user-error";
import { writeWhole } from "../util/whole-file";
import { addCommand, type CommandOptions, printJson } from "./command";

/** How long a vendor's server may take to answer. */
const TIMEOUT_MS = 30_000;

/** Adds `os-images lock ISO_URL CHECKSUM_URL`: writes the digest that the vendor publishes now to images.lock.json. */
export function addLock(program: Command): void {
  addCommand(program, "lock", `Write the checksum that a medium's vendor publishes now to ${MEDIA_LOCK_FILE}.`)
    .argument("<iso-url>", "the medium's URL, as in its InstallMedium.iso()")
    .argument("<checksum-url>", "the vendor's checksum file")
    .action(async (isoUrl: string, checksumUrl: string, { json }: CommandOptions) => {
      const checksum = await fetchChecksum(isoUrl, checksumUrl);
      const lock = readMediaLock();
      const before = lock.media[isoUrl]?.checksum;
      writeWhole(MEDIA_LOCK_FILE, withMedium(lock, isoUrl, checksumUrl, checksum));
      const change = before === undefined ? "new" : before === checksum ? "unchanged" : `was ${before}`;
      if (json) printJson({ isoUrl, checksumUrl, checksum, before });
      else process.stdout.write(`${basename(new URL(isoUrl).pathname)} ${checksum} (${change})\n`);
    });
}

/**
 * The digest that a vendor's checksum file has for a medium, as "sha256:<hex>".
 * @throws UserError if the file cannot be fetched, or does not list the medium
 */
export async function fetchChecksum(isoUrl: string, checksumUrl: string): Promise<string> {
  const name = basename(parseUrl(isoUrl).pathname);
  return publishedChecksum(name, await fetchText(checksumUrl), checksumUrl);
}

/** The text of a media lock with a medium added, or renewed. */
export function withMedium(lock: MediaLock, isoUrl: string, checksumUrl: string, checksum: string): string {
  const all = { ...lock.media, [isoUrl]: { checksumUrl, checksum } };
  const media = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ ...lock, media }, undefined, 2)}\n`;
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new UserError(`"${text}" is not a URL: write it as in InstallMedium.iso({ url })`);
  return new URL(text);
}

async function fetchText(url: string): Promise<string> {
  parseUrl(url);
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const reason = ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message;
    throw new UserError(`checksum file ${url} cannot be fetched (${reason}): check the URL and the network`, 1);
  }
  if (!response.ok) {
    throw new UserError(`checksum file ${url} cannot be fetched (HTTP ${response.status}): check the URL`, 1);
  }
  return response.text();
}

function readMediaLock(): MediaLock {
  try {
    return parseMediaLock(readFileSync(MEDIA_LOCK_FILE, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return parseMediaLock(undefined);
    throw error;
  }
}
