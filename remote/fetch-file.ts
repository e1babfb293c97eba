import { createHash, type Hash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import type { StoredFile } from "../store/manifest";
import { titleOf } from "./manifest";
import { readInOrder } from "./ranges";
import { type ImageKey, type Remote, RemoteError } from "./remote";

/** How a file is fetched. */
export interface FileFetch {
  /** Where it goes; what is there already is taken for its beginning. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** Called with the number of bytes that are there now. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Fetches an image's file: written and hashed in its order as it arrives, so that what is on the disk after a break is always
 * a beginning. A beginning that turns out to be wrong is fetched once more from the start.
 * @throws RemoteError, kind "damaged", on another sha256: nothing is left of the file then
 */
export async function fetchFile(remote: Remote, image: ImageKey, file: StoredFile, fetch: FileFetch): Promise<void> {
  const target = await open(fetch.path, "a+");
  try {
    const begun = await beginning(target, file.sizeBytes);
    let digest = await fetchRest(remote, image, file, target, begun, fetch);
    if (digest !== file.sha256 && begun.bytes > 0) {
      await target.truncate(0);
      digest = await fetchRest(remote, image, file, target, { bytes: 0, hash: createHash("sha256") }, fetch);
    }
    if (digest === file.sha256) return await target.sync();
    await target.truncate(0);
    throw wrongDigest(remote, image, file, digest);
  } finally {
    await target.close();
  }
}

/** What an object with other bytes is refused with. */
export function wrongDigest(remote: Remote, image: ImageKey, file: StoredFile, digest: string): RemoteError {
  return new RemoteError(
    `${titleOf(remote, image)} is refused: its file ${file.path} (the object ${file.sha256}) has the sha256 ${digest}: it was ` +
      "damaged or replaced",
    "damaged",
  );
}

/** What an earlier fetch left: how many bytes, and their hash so far. */
interface Beginning {
  readonly bytes: number;
  readonly hash: Hash;
}

async function beginning(target: FileHandle, sizeBytes: number): Promise<Beginning> {
  const hash = createHash("sha256");
  const { size } = await target.stat();
  if (size > sizeBytes) {
    await target.truncate(0);
    return { bytes: 0, hash };
  }
  const buffer = Buffer.alloc(1024 * 1024);
  for (let position = 0; position < size;) {
    const { bytesRead } = await target.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  return { bytes: size, hash };
}

/** Gives the sha256 of the whole file. */
async function fetchRest(
  remote: Remote,
  image: ImageKey,
  file: StoredFile,
  target: FileHandle,
  { bytes, hash }: Beginning,
  { signal, onBytes }: FileFetch,
): Promise<string> {
  onBytes(bytes);
  for await (const piece of readInOrder(remote, image, file, bytes, signal)) {
    hash.update(piece);
    // Opened to append: a short write goes on where it ended.
    for (let done = 0; done < piece.length;) done += (await target.write(piece, done)).bytesWritten;
    onBytes(piece.length);
  }
  return hash.digest("hex");
}
