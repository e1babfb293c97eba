import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { freeBytes, requireLocalStore } from "../store/file-system";
import { RECIPE_FOLDER, type ImagePaths } from "../store/layout";
import type { Manifest, StoredFile } from "../store/manifest";
import { DISK_MODE, placeInStore } from "../store/place";
import { size } from "../util/text-table";
import { UserError } from "../util/user-error";
import { diskFault } from "./disk";
import { fetchFile } from "./fetch-file";
import { readRemote, type RemoteImage, titleOf } from "./manifest";
import { type Remote, RemoteError } from "./remote";

/** How often a line says how far it is, in milliseconds. */
const TELL_MS = 30_000;

/** How an image is fetched. */
export interface FetchOptions {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** Says why an image is not the one that is wanted. @default - every one is */
  readonly check?: (manifest: Manifest) => string | undefined;
  /** Called with the number of bytes that are there now. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Fetches an image into a store, under the lock of the image, which the caller holds. Gives its manifest; undefined if the
 * remote has no such image. What has come stays in `<store>/.partial` when it breaks off, and the next fetch goes on there;
 * the image is in its place only when all of it is there and is what its manifest says.
 * @throws RemoteError; UserError if the store has no room
 */
export async function fetchImage(
  remote: Remote,
  paths: ImagePaths,
  options: FetchOptions,
): Promise<Manifest | undefined> {
  const image = await readRemote(remote, paths);
  if (image === undefined) return undefined;
  const reason = options.check?.(image.manifest);
  if (reason !== undefined) throw new RemoteError(`${titleOf(remote, paths)} is refused: ${reason}`, "damaged");
  requireLocalStore(paths.store);
  mkdirSync(paths.partial, { recursive: true, mode: 0o700 });
  removeOthers(paths.partial, image.files);
  requireSpace(paths, image);
  options.say(`fetches ${titleOf(remote, paths)}, ${size(image.disk.sizeBytes)}`);
  const tell = teller(image, options);
  for (const file of image.files) {
    const path = join(paths.partial, file.sha256);
    await fetchFile(remote, paths, file, { path, signal: options.signal, onBytes: tell });
  }
  const fault = await diskFault(join(paths.partial, image.disk.sha256), image.manifest.disk);
  if (fault !== undefined) {
    rmSync(paths.partial, { recursive: true, force: true });
    throw new RemoteError(`${titleOf(remote, paths)} is refused: its disk ${fault}`, "damaged");
  }
  options.signal.throwIfAborted();
  place(paths, image);
  return image.manifest;
}

/** Gives the files their names, and moves them in. */
function place(paths: ImagePaths, { files, disk, text }: RemoteImage): void {
  const named = join(paths.partial, "image");
  rmSync(named, { recursive: true, force: true });
  mkdirSync(join(named, RECIPE_FOLDER), { recursive: true });
  // Two files of one content are one object.
  const last = new Map(files.map((file) => [file.sha256, file]));
  for (const file of files) {
    const source = join(paths.partial, file.sha256);
    if (last.get(file.sha256) === file) renameSync(source, join(named, file.path));
    else copyFileSync(source, join(named, file.path));
  }
  chmodSync(join(named, disk.path), DISK_MODE);
  const manifest = join(named, "manifest.json");
  writeFileSync(manifest, text);
  const atTop = files.filter(({ path }) => !path.includes("/")).map(({ path }) => join(named, path));
  const recipe = join(named, RECIPE_FOLDER);
  placeInStore(paths, { files: atTop, manifest, ...(readdirSync(recipe).length > 0 && { recipe }) });
  rmSync(paths.partial, { recursive: true, force: true });
}

/** What another manifest of this image promised is of no use. */
function removeOthers(folder: string, files: readonly StoredFile[]): void {
  const wanted = new Set(files.map(({ sha256 }) => sha256));
  for (const name of readdirSync(folder)) {
    if (!wanted.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function requireSpace({ store, name, partial }: ImagePaths, { files }: RemoteImage): void {
  const missing = files.map(({ sha256, sizeBytes }) => {
    const file = join(partial, sha256);
    return existsSync(file) ? Math.max(0, sizeBytes - statSync(file).size) : sizeBytes;
  });
  const needed = missing.reduce((sum, bytes) => sum + bytes, 0);
  const free = freeBytes(store);
  if (free >= needed) return;
  throw new UserError(
    `no space for the image ${name}: ${store} has ${size(free)} free, and ${size(needed)} are to be fetched; make room, ` +
      "for instance by: os-images gc",
    1,
  );
}

function teller({ files }: RemoteImage, { say, onBytes }: FetchOptions): (bytes: number) => void {
  const whole = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let here = 0;
  let told = performance.now();
  return (bytes) => {
    here += bytes;
    onBytes?.(bytes);
    if (performance.now() - told < TELL_MS) return;
    told = performance.now();
    say(`${size(here)} of ${size(whole)} are here`);
  };
}
