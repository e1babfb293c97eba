import type { StoredFile } from "../store/manifest";
import { type ImageKey, type Range, type Remote, RemoteError } from "./remote";
import { retrying } from "./retry";

/** Bytes of one range. */
const RANGE_BYTES = 8 * 1024 * 1024;

/** How often one range is asked for when the connection breaks: its last try comes about 15 s after the first. */
const ATTEMPTS = 6;

/**
 * The bytes of an image's file from `start` on, in their order. Several ranges are under way at once.
 * @throws RemoteError
 */
export async function* readInOrder(
  remote: Remote,
  image: ImageKey,
  file: StoredFile,
  start: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const underWay: Promise<Buffer>[] = [];
  let asked = start;
  try {
    for (;;) {
      while (underWay.length < remote.parallel && asked < file.sizeBytes) {
        const range = { start: asked, end: Math.min(asked + RANGE_BYTES, file.sizeBytes) };
        const piece = readRange(remote, image, file, range, either);
        // One that fails while an earlier one is awaited is no unhandled rejection.
        piece.catch(() => undefined);
        underWay.push(piece);
        asked = range.end;
      }
      const first = underWay.shift();
      if (first === undefined) return;
      yield await first;
    }
  } finally {
    stop.abort();
    await Promise.allSettled(underWay);
  }
}

/** A range as a whole. When the connection breaks, only what is missing of it is asked for again. */
async function readRange(
  remote: Remote,
  image: ImageKey,
  file: StoredFile,
  { start, end }: Range,
  signal: AbortSignal,
): Promise<Buffer> {
  const buffer = Buffer.alloc(end - start);
  let filled = 0;
  await retrying(ATTEMPTS, signal, async () => {
    for await (const piece of await remote.read(image, file, { start: start + filled, end }, signal)) {
      const wanted = piece.subarray(0, buffer.length - filled);
      buffer.set(wanted, filled);
      filled += wanted.length;
      if (filled === buffer.length) return;
    }
    if (filled < buffer.length) throw new RemoteError(`${remote.title} breaks off`, "unreachable");
  });
  return buffer;
}
