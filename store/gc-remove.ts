import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isLock, makeLifeSign, signPath, tryLock, type LifeSign } from "../util/process-lock.js";
import { ownFolder, removeAbandoned } from "./abandoned";
import { checkpointFolder, checkpointsOver, listCheckpoints } from "./checkpoints";
import type { Garbage } from "./gc-plan";
import {
  MANIFEST_FILE,
  NOT_OF_THE_IMAGE,
  RECIPE_FOLDER,
  REQUESTS_FOLDER,
  storeFolders,
  USERS_FOLDER,
  type ImagePaths,
} from "./layout";
import { processUse, reasonsOfUse } from "./usage";

/**
 * Removes one thing from the store, and gives undefined, or why it stays after all. It is renamed into a folder of
 * `<store>/.work` first, which the next build or gc removes if this process is killed.
 */
export function removeGarbage(store: string, garbage: Garbage, machines: readonly string[]): string | undefined {
  if (garbage.image !== undefined) return removeImage(garbage.image, machines);
  if (garbage.kind === "work folder") {
    return removeAbandoned(store).includes(garbage.path) ? undefined : "a process works in it";
  }
  throwAway(store, garbage.path);
  removeEmptyFrom(dirname(garbage.path), store);
  return undefined;
}

/** Removes the checkpoint of a stage, if there is one. A build that goes on from it has names of its own for its files. */
export function removeCheckpoint(store: string, fingerprint: string): void {
  throwAway(store, checkpointFolder(store, fingerprint));
}

/** Removes the checkpoints that go if all may take no more than so many bytes; gives how many. */
export function limitCheckpoints(store: string, bytes: number): number {
  const over = checkpointsOver(listCheckpoints(store), Math.max(0, bytes));
  for (const { path } of over) throwAway(store, path);
  return over.length;
}

function throwAway(store: string, path: string): void {
  const { work, locks } = storeFolders(store);
  mkdirSync(locks, { recursive: true });
  const sign = makeLifeSign(signPath(join(locks, "gc")));
  const trash = makeTrash(work, basename(path), sign);
  try {
    if (existsSync(path)) renameSync(path, join(trash, "content"));
  } finally {
    rmSync(trash, { recursive: true, force: true });
    sign.end();
  }
}

/**
 * Removes an image or an export under the lock of its build, the manifest first: from then on it is no image. A request or an overlay that came up to
 * that moment gets it back; one that comes later finds no image, and a deploy waits for the lock and builds it.
 */
function removeImage(paths: ImagePaths, machines: readonly string[]): string | undefined {
  const lock = tryLock(paths.lock);
  if (!isLock(lock)) return `process ${lock.pid} is building it`;
  const trash = makeTrash(paths.work, `${paths.name}-${paths.shortFingerprint}`, lock.sign);
  try {
    const manifest = join(trash, MANIFEST_FILE);
    const isImage = existsSync(paths.manifest);
    if (isImage) renameSync(paths.manifest, manifest);
    // A request for an image that is built on this one came too late: the base's own stack builds it anew.
    const use = { processes: processUse(paths.image), bases: [] };
    const reasons = isImage ? reasonsOfUse(paths, machines, use, lock.id) : [];
    if (reasons.length > 0) {
      renameSync(manifest, paths.manifest);
      return reasons.join("; ");
    }
    if (existsSync(paths.image)) emptyFolder(paths, trash);
  } finally {
    rmSync(trash, { recursive: true, force: true });
    lock.release();
  }
  removeEmptyFrom(paths.image, paths.store);
  return undefined;
}

/**
 * Moves all but Terraform's requests and a pin out of an image's folder; of the requests, only empty folders go. The
 * recipe is the last, as it shows whose the rest is.
 */
function emptyFolder({ image }: ImagePaths, trash: string): void {
  const entries = readdirSync(image).filter((entry) => !NOT_OF_THE_IMAGE.includes(entry));
  entries.sort((a, b) => Number(a === RECIPE_FOLDER) - Number(b === RECIPE_FOLDER));
  for (const entry of entries) renameSync(join(image, entry), join(trash, entry));
  rmSync(join(image, USERS_FOLDER), { recursive: true, force: true });
  const requests = join(image, REQUESTS_FOLDER);
  if (!existsSync(requests)) return;
  for (const key of readdirSync(requests)) removeIfEmpty(join(requests, key));
  removeIfEmpty(requests);
}

function makeTrash(work: string, title: string, sign: LifeSign): string {
  const trash = join(work, `trash-${title}-${randomBytes(6).toString("hex")}`);
  mkdirSync(trash, { recursive: true, mode: 0o700 });
  ownFolder(trash, sign);
  return trash;
}

/** A folder, and those above it up to the store. */
function removeEmptyFrom(folder: string, store: string): void {
  for (let next = folder; next.startsWith(`${store}/`); next = dirname(next)) removeIfEmpty(next);
}

/** Somebody may write into it at the same moment; then it is not empty, and stays. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (!["ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR"].includes(code)) throw error;
  }
}
