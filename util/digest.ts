import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** sha256 of texts and bytes, one after the other: 64 hex digits. */
export function sha256(...pieces: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

/** sha256 of a file, 64 hex digits. `onBytes` is called with the number of bytes read since the last call. */
export async function sha256OfFile(file: string, onBytes?: (bytes: number) => void): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 })) {
    hash.update(piece as Buffer);
    onBytes?.((piece as Buffer).length);
  }
  return hash.digest("hex");
}
