import { createHash } from "node:crypto";
import { wrongDigest } from "./fetch-file";
import type { ListedImage } from "./list";
import { readInOrder } from "./ranges";
import { type Remote, RemoteError } from "./remote";

/**
 * Reads all files of an image in a remote, and gives why it is not sound; undefined if it is.
 * @throws RemoteError if the remote cannot be reached
 */
export async function damageIn(
  remote: Remote,
  { image, reason }: ListedImage,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<string | undefined> {
  if (image === undefined) return reason;
  try {
    for (const file of image.files) {
      const hash = createHash("sha256");
      for await (const piece of readInOrder(remote, image.key, file, 0, signal)) {
        hash.update(piece);
        onBytes(piece.length);
      }
      const digest = hash.digest("hex");
      if (digest !== file.sha256) throw wrongDigest(remote, image.key, file, digest);
    }
    return undefined;
  } catch (error) {
    if (error instanceof RemoteError && error.kind === "damaged") return error.message;
    throw error;
  }
}
