import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { MEDIA_LOCK_FILE, type MediaLock, parseMediaLock, publishedChecksum } from "../recipe/media-lock";
import { UserError } from "../util/user-error";
import { writeWhole } from "../util/whole-file";

/** How long a vendor's server may take to answer. */
const TIMEOUT_MS = 30_000;

/** `os-images lock ISO_URL CHECKSUM_URL`: writes the digest that the vendor publishes now to images.lock.json. */
export function addLock(program: Command): void {
  program
    .command("lock")
    .description("resolve a medium's published checksum into images.lock.json")
    .argument("<iso-url>", "the medium's URL, as in its InstallMedium.iso()")
    .argument("<checksum-url>", "the vendor's checksum file")
    .option("--json", "print the entry as JSON")
    .action(async (isoUrl: string, checksumUrl: string, options: { json?: boolean }) => {
      const name = basename(parseUrl(isoUrl).pathname);
      const checksum = publishedChecksum(name, await fetchText(checksumUrl), checksumUrl);
      const lock = readMediaLock();
      const before = lock.media[isoUrl]?.checksum;
      lock.media[isoUrl] = { checksumUrl, checksum };
      writeMediaLock(lock);
      const change = before === undefined ? "new" : before === checksum ? "unchanged" : `was ${before}`;
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ isoUrl, checksumUrl, checksum, before })}\n`
          : `${name} ${checksum} (${change})\n`,
      );
    });
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

function writeMediaLock(lock: MediaLock): void {
  const media = Object.fromEntries(Object.entries(lock.media).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeWhole(MEDIA_LOCK_FILE, `${JSON.stringify({ ...lock, media }, undefined, 2)}\n`);
}
