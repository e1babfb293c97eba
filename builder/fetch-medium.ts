import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { get, reasonOf } from "../util/http";
import { UserError } from "../util/user-error";
import { freeBytes } from "../store/file-system";
import { takeLock, type LockHolder } from "../util/process-lock.js";
import { cacheDir } from "../host/cache";

/** How often a line says how far it is, in milliseconds. */
const TELL_MS = 30_000;

/** How long a medium is kept that no build uses, in milliseconds: 30 days. */
const KEEP_MS = 30 * 24 * 3600 * 1000;

const MIB = 1024 * 1024;

/** Where a download reports, and what ends it. */
export interface FetchOptions {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * The medium of an http(s) URL as a file of the cache, named by its digest and fetched if it is missing. It has that
 * name only once all of it came and `checksum` ("sha256:<hex>") is its own. One process fetches a medium, others wait.
 * A fetch removes the media that no build has used for 30 days.
 * @throws UserError if it cannot be had; what `signal` was aborted with
 */
export async function fetchMedium(url: string, checksum: string, options: FetchOptions): Promise<string> {
  const file = join(cacheDir(), "media", `${checksum.replace("sha256:", "")}.iso`);
  if (useCached(file)) return file;
  mkdirSync(dirname(file), { recursive: true });
  const onWait = ({ pid }: LockHolder): void => options.say(`waits for process ${pid}, which fetches the medium`);
  const lock = await takeLock(`${file}.lock`, { signal: options.signal, onWait });
  const part = `${file}.part`;
  try {
    if (useCached(file)) return file;
    removeUnused(dirname(file));
    options.say(`fetches the medium ${url}`);
    const digest = await fetchTo(part, url, options);
    if (`sha256:${digest}` !== checksum) {
      throw new UserError(
        `the medium that ${url} serves has the checksum sha256:${digest}, not ${checksum}: ` +
          "it was replaced, or damaged on its way; review the change and write its checksum, or fetch it again",
      );
    }
    renameSync(part, file);
    return file;
  } finally {
    rmSync(part, { force: true });
    lock.release();
  }
}

/** Whether the cache has the medium; its time then says when it was last used. */
function useCached(file: string): boolean {
  if (!existsSync(file)) return false;
  const now = new Date();
  utimesSync(file, now, now);
  return true;
}

function removeUnused(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const used = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (/\.iso(\.part)?$/.test(name) && Date.now() - used > KEEP_MS) rmSync(file, { force: true });
  }
}

/** Gives the sha256 of what came, 64 hex digits. */
async function fetchTo(part: string, url: string, { say, signal }: FetchOptions): Promise<string> {
  const hash = createHash("sha256");
  const descriptor = openSync(part, "w", 0o644);
  const enough = new AbortController();
  try {
    const answer = await get(url, AbortSignal.any([signal, enough.signal]));
    if (answer.body === null) throw new Error("it sends nothing");
    const length = Number(answer.headers.get("content-length") ?? 0);
    requireSpace(part, length);
    let bytes = 0;
    let told = performance.now();
    for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
      hash.update(piece);
      for (let written = 0; written < piece.length;) written += writeSync(descriptor, piece, written);
      bytes += piece.length;
      if (performance.now() - told < TELL_MS) continue;
      told = performance.now();
      say(
        `${Math.round(bytes / MIB)}${length > 0 ? ` of ${Math.round(length / MIB)}` : ""} MiB of the medium are here`,
      );
    }
    return hash.digest("hex");
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError) throw error;
    throw new UserError(
      `the installer's medium cannot be fetched: ${url} (${reasonOf(error)}); try again, or check the URL`,
      1,
    );
  } finally {
    // Ends the connection if not all was read.
    enough.abort();
    closeSync(descriptor);
  }
}

function requireSpace(part: string, needed: number): void {
  const free = freeBytes(dirname(part));
  if (free >= needed) return;
  const mib = (bytes: number): number => Math.ceil(bytes / MIB);
  throw new UserError(
    `no space for the installer's medium: ${dirname(part)} has ${mib(free)} MiB free, and it needs ${mib(needed)}; ` +
      "make room, or set XDG_CACHE_HOME to a folder of a larger disk",
    1,
  );
}
