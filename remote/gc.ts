import { MANIFEST_FILE, PIN_FILE } from "../store/layout";
import { byImage } from "./list";
import { readRemote } from "./manifest";
import { type ImageKey, type Remote, RemoteError, type RemoteObject } from "./remote";

/** What was written in this time never goes: somebody may just be pushing it. In milliseconds. */
const FRESH_MS = 24 * 3600 * 1000;

/** What decides which images stay. */
export interface RemoteGcOptions {
  /** So many images of each name stay, those that were pushed last. */
  readonly keep: number;
  /** Images that are needed elsewhere, and the file that says so. */
  readonly needed: readonly (ImageKey & { readonly file: string })[];
}

/** Objects of one image that may go, the manifest first. */
export interface RemoteGarbage {
  readonly image: ImageKey;
  readonly names: readonly string[];
  readonly bytes: number;
  readonly reason: string;
}

/** An image that stays. */
export interface RemoteKept {
  readonly image: ImageKey;
  readonly bytes: number;
  readonly reasons: readonly string[];
}

/** What would go and what would stay, without touching anything. */
export async function planRemoteGc(
  remote: Remote,
  options: RemoteGcOptions,
): Promise<{ readonly garbage: RemoteGarbage[]; readonly kept: RemoteKept[] }> {
  const garbage: RemoteGarbage[] = [];
  const kept: RemoteKept[] = [];
  const fresh = remote.now() - FRESH_MS;
  const groups = byImage(await remote.list()).sort(([a], [b]) => (a.image.name < b.image.name ? -1 : 1));
  for (const objects of groups) {
    const { image } = objects[0];
    const reasons = reasonsToKeep(objects, groups, options, fresh);
    if (reasons.length > 0) {
      kept.push({ image, bytes: bytesOf(objects), reasons });
      const orphans = await orphansOf(remote, image, objects, fresh);
      if (orphans.length > 0) garbage.push(toGarbage(image, orphans, "no manifest names it"));
    } else {
      const hasManifest = objects.some(({ name }) => name === MANIFEST_FILE);
      garbage.push(
        toGarbage(image, objects, hasManifest ? "nothing keeps it" : "it has no manifest, so it is no image"),
      );
    }
  }
  return { garbage, kept };
}

/** Removes garbage, and uploads that were never finished. Gives how many uploads those were. */
export async function removeRemoteGarbage(remote: Remote, garbage: readonly RemoteGarbage[]): Promise<number> {
  for (const { image, names } of garbage) for (const name of names) await remote.remove(image, name);
  return remote.removeUnfinished(remote.now() - FRESH_MS);
}

function reasonsToKeep(
  objects: readonly RemoteObject[],
  groups: readonly (readonly RemoteObject[])[],
  { keep, needed }: RemoteGcOptions,
  fresh: number,
): string[] {
  const { name, shortFingerprint } = (objects[0] as RemoteObject).image;
  const manifest = manifestOf(objects);
  const user = needed.find((other) => other.name === name && other.shortFingerprint === shortFingerprint);
  const newer = groups
    .flatMap((others) => manifestOf(others) ?? [])
    .filter((other) => other.image.name === name && other.writtenAt > (manifest?.writtenAt ?? 0));
  return [
    ...(objects.some(({ writtenAt }) => writtenAt > fresh) ? ["pushed in the last day"] : []),
    ...(manifest !== undefined && objects.some((object) => object.name === PIN_FILE) ? ["pinned"] : []),
    ...(manifest !== undefined && user !== undefined ? [`needed by ${user.file}`] : []),
    ...(manifest !== undefined && newer.length < keep ? [`among the newest ${keep} of ${name}`] : []),
  ];
}

/** What another writer, or one that was killed, left beside a manifest. A manifest that is refused says of nothing that it may go. */
async function orphansOf(
  remote: Remote,
  image: ImageKey,
  objects: readonly RemoteObject[],
  fresh: number,
): Promise<RemoteObject[]> {
  const old = objects.filter(({ name, writtenAt }) => /^[0-9a-f]{64}$/.test(name) && writtenAt <= fresh);
  if (old.length === 0 || manifestOf(objects) === undefined) return [];
  try {
    const named = new Set((await readRemote(remote, image))?.files.map(({ sha256 }) => sha256));
    return named.size === 0 ? [] : old.filter(({ name }) => !named.has(name));
  } catch (error) {
    if (error instanceof RemoteError && error.kind === "damaged") return [];
    throw error;
  }
}

function toGarbage(image: ImageKey, objects: readonly RemoteObject[], reason: string): RemoteGarbage {
  const names = objects
    .map(({ name }) => name)
    .sort((a, b) => Number(b === MANIFEST_FILE) - Number(a === MANIFEST_FILE));
  return { image, names, bytes: bytesOf(objects), reason };
}

function manifestOf(objects: readonly RemoteObject[]): RemoteObject | undefined {
  return objects.find(({ name }) => name === MANIFEST_FILE);
}

function bytesOf(objects: readonly RemoteObject[]): number {
  return objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
