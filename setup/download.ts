import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256 } from "../util/digest";
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
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok || !response.body) return undefined;
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

/** A published release: a zip file with one executable, and a file of checksums beside it. */
export interface Release {
  /** URL of the folder, without a slash at its end. */
  readonly folder: string;
  readonly zip: string;
  /** A file in the format of sha256sum(1). */
  readonly checksums: string;
  /** Name of the executable in the zip. */
  readonly member: string;
}

/**
 * Downloads a release to `target` after checking its sha256 against the publisher's list. "unreachable" when the site
 * does not answer in time or has no such file. UserError (exit code 1) when the file is not the one in the list.
 */
export async function downloadRelease(release: Release, target: string, note: Note): Promise<"done" | "unreachable"> {
  const list = await download(`${release.folder}/${release.checksums}`);
  const expected = list && checksumIn(list.toString("utf8"), release.zip);
  if (!expected) return "unreachable";
  const url = `${release.folder}/${release.zip}`;
  const zip = await download(url, {
    onBytes: (bytes) => note(`downloading ${release.zip}: ${bytes >> 20} MiB`),
  });
  if (!zip) return "unreachable";
  const got = sha256(zip);
  if (got !== expected) {
    throw new UserError(`${url} has the sha256 ${got}, but its publisher lists ${expected}: try again later`, 1);
  }
  await unpack(zip, release.member, target);
  return "done";
}

/** The digest of a file in a list as sha256sum(1) writes it; undefined when it is not listed. */
export function checksumIn(list: string, file: string): string | undefined {
  for (const line of list.split("\n")) {
    const [, digest, name] = /^([0-9a-f]{64})\s+\*?(.+?)\s*$/.exec(line) ?? [];
    if (name === file) return digest;
  }
  return undefined;
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
