import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { sha256 } from "../util/digest";
import { get } from "../util/http";
import type { Note } from "../util/progress";
import { run } from "../util/run";
import { UserError } from "../util/user-error";

/** How long a site may pause in the middle of a file. */
const PAUSE_SECONDS = 20;

export interface DownloadOptions {
  /** Gets the number of bytes so far. */
  readonly onBytes?: (bytes: number) => void;
  /** How long the site may take to answer. @default 4 */
  readonly answerSeconds?: number;
}

/**
 * The body of `url`; undefined when it cannot be had: no answer in time, another status than 2xx, or a transfer that
 * breaks off.
 */
export async function download(url: string, options: DownloadOptions = {}): Promise<Buffer | undefined> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const patience = (seconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), seconds * 1000);
  };
  try {
    patience(options.answerSeconds ?? 4);
    const response = await get(url, abort.signal);
    if (!response.body) return undefined;
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    patience(PAUSE_SECONDS);
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      bytes += chunk.length;
      options.onBytes?.(bytes);
      patience(PAUSE_SECONDS);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (isNetworkError(error)) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

/** `fetch` rejects with a TypeError for what goes wrong on the way, and with an AbortError when its time is over. */
function isNetworkError(error: unknown): boolean {
  return ["TypeError", "AbortError"].includes((error as Error).name);
}

/** A published release: a zip file with one executable. */
export interface Release {
  readonly url: string;
  /**
   * Of the zip, 64 hex digits: pinned here, as a list of checksums beside the zip would be no proof against who can
   * replace the zip.
   */
  readonly sha256: string;
  /** Name of the executable in the zip. */
  readonly member: string;
}

/**
 * Downloads a release to `target` after checking its sha256. "unreachable" if the site does not answer in time or has no
 * such file.
 * @throws UserError (exit code 1) if the file is not the pinned one
 */
export async function downloadRelease(release: Release, target: string, note: Note): Promise<"done" | "unreachable"> {
  const name = basename(release.url);
  const zip = await download(release.url, { onBytes: (bytes) => note(`downloading ${name}: ${bytes >> 20} MiB`) });
  if (!zip) return "unreachable";
  const got = sha256(zip);
  if (got !== release.sha256) {
    throw new UserError(
      `${release.url} has the sha256 ${got}, not ${release.sha256}: it was replaced, or something on the way changed it`,
      1,
    );
  }
  await unpack(zip, release.member, target);
  return "done";
}

async function unpack(zip: Buffer, member: string, target: string): Promise<void> {
  const work = mkdtempSync(join(dirname(target), ".release-"));
  try {
    writeFileSync(join(work, "release.zip"), zip);
    await run("python3", ["-m", "zipfile", "-e", join(work, "release.zip"), work]);
    renameSync(join(work, member), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
