import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../util/user-error";
import { readJson } from "../util/json-file";
import { failedBuilds } from "./failures";
import { isAlive } from "../util/process-identity";
import { lookAt } from "./image";
import { type ImagePaths, pathsOfImage, PIN_FILE, REQUESTS_FOLDER } from "./layout";
import { type LockHolder, readHolder } from "./lock";
import { type Manifest, manifestSchema } from "./manifest";

/** One line of a store's list: an image, or a build that has not made one. */
export interface StoredImage {
  readonly paths: ImagePaths;
  /** "ok" and "damaged" are images; "building" and "failed" are none, or not yet. */
  readonly state: "ok" | "damaged" | "building" | "failed";
  /** Why it is damaged, or why its build failed. */
  readonly reason?: string;
  /** There for every image that is "ok", and for a damaged one whose manifest is sound. */
  readonly manifest?: Manifest;
  /** ISO 8601, UTC: when it was made, its build begun, or failed. */
  readonly time: string;
  /** Keys of the requests for it. */
  readonly requests: readonly string[];
  readonly pinned: boolean;
}

/** The store's path, absolute. Throws a `UserError` where there is no such folder. */
export function requireStore(store: string): string {
  const path = resolve(store);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new UserError(`there is no store at ${path}: name its folder with --store DIR, or deploy an image first`);
}

/** All of a store, by name, and the newest first within a name. What is damaged is told as such, never thrown. */
export function catalogue(store: string): StoredImage[] {
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
    const image = readImage(paths);
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

/** The keys of the requests for an image: of every folder that holds a `build.json`. */
export function requestsOf({ image }: ImagePaths): string[] {
  const folder = join(image, REQUESTS_FOLDER);
  return foldersIn(folder).filter((key) => existsSync(join(folder, key, "build.json")));
}

/** Who builds an image now, or holds it for another reason; undefined where nobody does. */
export function builderOf({ lock }: ImagePaths): LockHolder | undefined {
  const holder = readHolder(lock);
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

/** Undefined where there is no manifest, and so no image. A manifest may have more in it than is known here. */
function readImage(paths: ImagePaths): Pick<StoredImage, "state" | "reason" | "manifest" | "time"> | undefined {
  const written = statSync(paths.manifest, { throwIfNoEntry: false })?.mtime;
  if (written === undefined) return undefined;
  const damaged = (reason: string) => ({ state: "damaged" as const, reason, time: written.toISOString() });
  try {
    const found = lookAt(paths);
    if (found.kind === "absent") return undefined;
    const value: unknown = found.kind === "there" ? found.manifest : readJson(paths.manifest);
    const { data, error } = manifestSchema.safeParse(value);
    const wrong = error?.issues.find(({ code }) => code !== "unrecognized_keys");
    const manifest = data ?? (wrong === undefined ? (value as Manifest) : undefined);
    if (found.kind === "damaged") {
      return { ...damaged(found.reason), ...(manifest && { manifest, time: manifest.createdAt }) };
    }
    if (manifest !== undefined) return { state: "ok", manifest, time: manifest.createdAt };
    return damaged(`its manifest.json is not sound: ${wrong?.path.join(".")}: ${wrong?.message}`);
  } catch (error) {
    return damaged(`its manifest.json cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
