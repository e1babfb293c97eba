import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Garbage } from "./garbage";
import { identityOf } from "../util/process-identity";
import {
  type ImagePaths,
  MANIFEST_FILE,
  NOT_OF_THE_IMAGE,
  PIN_FILE,
  REQUESTS_FOLDER,
  storeFolders,
  USERS_FOLDER,
} from "./layout";
import { OWNER_FILE, removeLeftovers } from "./leftovers";
import { isLock, tryLock } from "./lock";
import { openFilesBelow } from "./open-files";
import { reasonsOfUse } from "./retention";

/**
 * Removes one thing from the store, and gives undefined, or why it stays after all. It is renamed into a folder of
 * `<store>/.work` first, which the next build or gc removes where this process is killed.
 */
export function removeGarbage(store: string, garbage: Garbage, machines: readonly string[]): string | undefined {
  if (garbage.image !== undefined) return removeImage(garbage.image, machines);
  if (garbage.kind === "leftover") {
    removeLeftovers(store);
    return undefined;
  }
  const trash = makeTrash(storeFolders(store).work, basename(garbage.path));
  if (existsSync(garbage.path)) renameSync(garbage.path, join(trash, "content"));
  rmSync(trash, { recursive: true, force: true });
  removeIfEmpty(dirname(garbage.path));
  removeIfEmpty(dirname(dirname(garbage.path)), store);
  return undefined;
}

/**
 * Under the lock of its build, the manifest first: from then on it is no image. A request or an overlay that came up to
 * that moment gets it back; one that comes later finds no image, and a deploy waits for the lock and builds it.
 */
function removeImage(paths: ImagePaths, machines: readonly string[]): string | undefined {
  const lock = tryLock(paths.lock);
  if (!isLock(lock)) return `process ${lock.pid} is building it`;
  const trash = makeTrash(paths.work, `${paths.name}-${paths.shortFingerprint}`);
  try {
    const manifest = join(trash, MANIFEST_FILE);
    const isImage = existsSync(paths.manifest);
    if (isImage) renameSync(paths.manifest, manifest);
    const reasons = isImage ? reasonsOfUse(paths, machines, openFilesBelow(paths.image)) : [];
    if (isImage && existsSync(join(paths.image, PIN_FILE))) reasons.push("pinned");
    if (reasons.length > 0) {
      renameSync(manifest, paths.manifest);
      return reasons.join("; ");
    }
    if (existsSync(paths.image)) emptyFolder(paths, trash);
  } finally {
    rmSync(trash, { recursive: true, force: true });
    lock.release();
  }
  removeIfEmpty(paths.image);
  removeIfEmpty(dirname(paths.image));
  return undefined;
}

/** Moves all but Terraform's requests and a pin out of an image's folder; of the requests, only empty folders go. */
function emptyFolder({ image }: ImagePaths, trash: string): void {
  for (const entry of readdirSync(image)) {
    if (!NOT_OF_THE_IMAGE.includes(entry)) renameSync(join(image, entry), join(trash, entry));
  }
  rmSync(join(image, USERS_FOLDER), { recursive: true, force: true });
  const requests = join(image, REQUESTS_FOLDER);
  if (!existsSync(requests)) return;
  for (const key of readdirSync(requests)) removeIfEmpty(join(requests, key));
  removeIfEmpty(requests);
}

function makeTrash(work: string, title: string): string {
  const trash = join(work, `trash-${title}-${randomBytes(6).toString("hex")}`);
  mkdirSync(trash, { recursive: true, mode: 0o700 });
  writeFileSync(join(trash, OWNER_FILE), JSON.stringify(identityOf()));
  return trash;
}

/** Somebody may write into it at the same moment; then it is not empty, and stays. */
function removeIfEmpty(folder: string, except?: string): void {
  if (folder === except) return;
  try {
    rmdirSync(folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (!["ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR"].includes(code)) throw error;
  }
}
