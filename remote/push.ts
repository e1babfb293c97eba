import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readOwnImage } from "../store/image";
import type { ImagePaths } from "../store/layout";
import { size } from "../util/text-table";
import { UserError } from "../util/user-error";
import { MAX_MANIFEST_BYTES, readRemote } from "./manifest";
import { type Remote, RemoteError } from "./remote";

/** How an image is pushed. */
export interface PushOptions {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** Called with the number of bytes that are there now. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Puts an image of a store into a remote, its manifest last. An image that is there, or that another one puts there
 * meanwhile, stays as it is. A push that is broken off leaves no image, and the next one goes on.
 * @throws RemoteError; UserError if the image is not there or damaged
 */
export async function pushImage(
  remote: Remote,
  paths: ImagePaths,
  { say, signal, onBytes = () => undefined }: PushOptions,
): Promise<"pushed" | "present"> {
  const found = readOwnImage(paths);
  if (found.kind !== "present") {
    const reason = found.kind === "damaged" ? `is damaged: ${found.reason}` : "is not built yet";
    throw new UserError(`the image ${paths.name}/${paths.shortFingerprint} ${reason}; deploy it first`, 1);
  }
  const text = readFileSync(paths.manifest, "utf8");
  if (text.length > MAX_MANIFEST_BYTES)
    throw new UserError(`${paths.manifest} has more than ${MAX_MANIFEST_BYTES} bytes`);
  const { disk, files: others = [] } = found.manifest;
  const files = [...others, { path: disk.file, sizeBytes: disk.sizeBytes, sha256: disk.sha256 }];
  if ((await remote.manifest(paths)) !== undefined) return "present";

  say(`pushes ${paths.name}/${paths.shortFingerprint} to ${remote.title}, ${size(disk.sizeBytes)}`);
  const upload = async (): Promise<void> => {
    for (const file of files) {
      await remote.upload(paths, { file, path: join(paths.image, file.path), signal, onBytes });
    }
  };
  await upload();
  signal.throwIfAborted();
  if ((await remote.publish(paths, text)) === "present") {
    await removeOwn();
    return "present";
  }
  // A gc may have removed files of an earlier push while this one relied on them.
  for (const file of files) if (!(await remote.has(paths, file))) await upload();
  return "pushed";

  /** The other writer's manifest promises other files, unless the builds were the same. */
  async function removeOwn(): Promise<void> {
    const winner = await readRemote(remote, paths).catch((error: unknown) => {
      if (error instanceof RemoteError) return undefined;
      throw error;
    });
    if (winner === undefined) return;
    const theirs = new Set(winner.files.map(({ sha256 }) => sha256));
    for (const { sha256 } of files) if (!theirs.has(sha256)) await remote.remove(paths, sha256);
  }
}
