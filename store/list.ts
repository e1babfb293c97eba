import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { livingHolder, type LockHolder } from "../util/process-lock.js";
import { readJson } from "../util/json-file";
import { UserError } from "../util/user-error";
import { failedBuilds } from "./failures";
import { readImage } from "./image";
import {
  EXPORT_REQUEST_FILE,
  PIN_FILE,
  RECIPE_FOLDER,
  REQUEST_FILE,
  REQUESTS_FOLDER,
  pathsOfImage,
  type ImagePaths,
} from "./layout";
import type { Manifest } from "./manifest";

/** One line of a store's list: an image, or a build that has not made one. */
export interface StoredImage {
  readonly paths: ImagePaths;
  /** "ok", "damaged" and "foreign" (see `ImageState`) are images; "building" and "failed" are none, or not yet. */
  readonly state: "ok" | "damaged" | "foreign" | "building" | "failed";
  /** Why it is damaged or foreign, or why its build failed. */
  readonly reason?: string;
  /** Set for every image that is "ok", and for a damaged one whose manifest is sound. */
  readonly manifest?: Manifest;
  /** ISO 8601, UTC: when it was made, its build begun, or failed. */
  readonly time: string;
  /** Keys of the requests for it. */
  readonly requests: readonly string[];
  readonly pinned: boolean;
}

/**
 * The store's path, absolute.
 * @throws UserError if there is no such folder
 */
export function requireStore(store: string): string {
  const path = resolve(store);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new UserError(`there is no store at ${path}: name its folder with --store DIR, or deploy an image first`);
}

/** Whether an entry is an image: one that is not to be made first. */
export function isImage({ state }: StoredImage): boolean {
  return state === "ok" || state === "damaged" || state === "foreign";
}

/** All images and builds of a store, by name, the newest of a name first. Damage is a state, never thrown. */
export function listImages(store: string): StoredImage[] {
  return namesIn(store)
    .sort()
    .flatMap((name) => imagesNamed(store, name));
}

/** The names that a store has folders for. */
export function namesIn(store: string): string[] {
  return foldersIn(store).filter((name) => !name.startsWith("."));
}

/** The images and builds of one name, newest first. */
export function imagesNamed(store: string, name: string): StoredImage[] {
  const failures = failedBuilds(store, name);
  const digits = new Set([...fingerprintsOf(store, name), ...failures.map((failure) => failure.shortFingerprint)]);
  const found = [...digits].flatMap((fingerprint): StoredImage[] => {
    const paths = pathsOfImage(store, name, fingerprint);
    const rest = { paths, requests: requestsOf(paths), pinned: existsSync(join(paths.image, PIN_FILE)) };
    const image = imageAt(paths);
    if (image !== undefined) return [{ ...rest, ...image }];
    const holder = builderOf(paths);
    if (holder !== undefined) return [{ ...rest, state: "building", time: holder.since }];
    const failed = failures.find(({ shortFingerprint }) => shortFingerprint === fingerprint);
    if (failed === undefined) return [];
    const reason = failed.failure?.reason ?? "its failure.json cannot be read";
    return [{ ...rest, state: "failed", time: failed.time, reason }];
  });
  return found.sort((a, b) => (a.time === b.time ? 0 : a.time < b.time ? 1 : -1));
}

/** The fingerprints, 12 digits each, that a name has folders for. */
export function fingerprintsOf(store: string, name: string): string[] {
  return foldersIn(join(store, name)).filter((entry) => /^[0-9a-f]{12}$/.test(entry));
}

/** The folders of all images, whether or not an image is in them. */
export function imageFolders(store: string): ImagePaths[] {
  return namesIn(store).flatMap((name) =>
    fingerprintsOf(store, name).map((digits) => pathsOfImage(store, name, digits)),
  );
}

/** The keys of the requests for an image or an export: of every folder that holds one. */
export function requestsOf({ image }: ImagePaths): string[] {
  const folder = join(image, REQUESTS_FOLDER);
  return foldersIn(folder).filter((key) => requestFile(join(folder, key)) !== undefined);
}

function requestFile(folder: string): string | undefined {
  return [REQUEST_FILE, EXPORT_REQUEST_FILE].map((file) => join(folder, file)).find((file) => existsSync(file));
}

/** Who builds an image now, or holds it for another reason; undefined if nobody does. */
export function builderOf({ lock }: ImagePaths): LockHolder | undefined {
  return livingHolder(lock);
}

/** Whether a folder is shown to be an image's or an export's by a JSON file in it; others may have such names too. */
export function isOurs(paths: ImagePaths): boolean {
  const { image, manifest } = paths;
  const requests = requestsOf(paths).map((key) => join(image, REQUESTS_FOLDER, key));
  const files = [join(image, RECIPE_FOLDER), ...requests].flatMap((folder) => requestFile(folder) ?? []);
  return [manifest, ...files].some((file) => {
    const { name, fingerprint } = (readJson(file) ?? {}) as Partial<Manifest>;
    return name === paths.name && String(fingerprint).startsWith(paths.shortFingerprint);
  });
}

/** Undefined if there is no manifest, and so no image. */
function imageAt(paths: ImagePaths): Pick<StoredImage, "state" | "reason" | "manifest" | "time"> | undefined {
  const written = statSync(paths.manifest, { throwIfNoEntry: false })?.mtime.toISOString();
  if (written === undefined) return undefined;
  try {
    const found = readImage(paths);
    if (found.kind === "absent") return undefined;
    if (found.kind === "present") return { state: "ok", manifest: found.manifest, time: found.manifest.createdAt };
    const { kind: state, ...rest } = found;
    return { state, ...rest, time: ("manifest" in rest && rest.manifest?.createdAt) || written };
  } catch (error) {
    const reason = `its manifest.json cannot be read (${(error as NodeJS.ErrnoException).code})`;
    return { state: "damaged", reason, time: written };
  }
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/**
 * The image that a reference means: `NAME` or `NAME@latest` the newest of that name, `NAME/DIGITS` the one whose
 * fingerprint begins so.
 * @throws UserError if there is none, or more than one
 */
export function findImage(store: string, reference: string): StoredImage {
  const { name, digits } = parseReference(reference);
  const images = requireName(store, name).filter(isImage);
  const found = images.filter((image) => fingerprintOf(image).startsWith(digits));
  const [first, second] = found;
  if (first === undefined) {
    throw new UserError(`there is no image ${reference} in ${store}: there is ${listed(images) || `none of ${name}`}`);
  }
  if (second !== undefined && digits !== "") {
    throw new UserError(`${reference} means more than one image: write one of ${listed(found)}`);
  }
  return found.find(({ state }) => digits !== "" || state === "ok") ?? first;
}

/** A reference's name, and the first digits of its fingerprint; empty if it means the newest. */
export function parseReference(reference: string): { readonly name: string; readonly digits: string } {
  const match = /^([a-z0-9][a-z0-9-]*)(?:\/([0-9a-f]{1,64})|@latest)?$/.exec(reference);
  if (match !== null) return { name: match[1] ?? "", digits: match[2] ?? "" };
  throw new UserError(
    `"${reference}" names no image: write NAME, NAME@latest or NAME/FINGERPRINT (its first digits will do)`,
  );
}

/** The images and builds of a name; a `UserError` with the known names if there are none. */
export function requireName(store: string, name: string): StoredImage[] {
  const images = imagesNamed(store, name);
  if (images.length > 0) return images;
  const names = namesIn(store).filter((other) => imagesNamed(store, other).length > 0);
  throw new UserError(
    `the store ${store} has nothing named "${name}": ${names.length > 0 ? `it has ${names.sort().join(", ")}` : "it is empty"}`,
  );
}

/** The whole fingerprint if it is known, the first 12 digits otherwise. */
export function fingerprintOf({ manifest, paths }: StoredImage): string {
  return manifest?.fingerprint.startsWith(paths.shortFingerprint) ? manifest.fingerprint : paths.shortFingerprint;
}

function listed(images: readonly StoredImage[]): string {
  return images.map(({ paths }) => `${paths.name}/${paths.shortFingerprint}`).join(", ");
}
