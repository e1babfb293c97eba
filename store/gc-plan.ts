import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { abandonedFolders } from "./abandoned";
import { bytesOf } from "./file-system";
import { checkpointsOver, defaultLimitBytes, listCheckpoints } from "./checkpoints";
import { exportsOf, exportTitle, type StoredExport } from "./exports";
import { failedBuilds } from "./failures";
import { NOT_OF_THE_IMAGE, pathsOfImage, storeFolders, type ImagePaths } from "./layout";
import { builderOf, imageFolders, isImage, isOurs, listImages, namesIn, type StoredImage } from "./list";
import { neededBases, processReasons, processUse, reasonsOfUse, type OtherUse, type ProcessUse } from "./usage";

/** What decides which images and evidence stay. */
export interface GcOptions {
  /** So many sound images of each name stay, the newest ones. */
  readonly keep: number;
  /** Folders of machines, see `overlaysOn`. */
  readonly machines: readonly string[];
  /** Evidence of failed builds stays for so many days. */
  readonly failedDays: number;
  /** Checkpoints of builds take so many bytes at most. @default - `defaultLimitBytes` */
  readonly checkpointsMaxBytes?: number;
}

/** Something in the store that nothing needs. */
export interface Garbage {
  readonly kind:
    | "export"
    | "image"
    | "unfinished export"
    | "unfinished image"
    | "failed build"
    | "damaged image"
    | "work folder"
    | "unfinished fetch"
    | "checkpoint";
  /** What a reader calls it, e.g. "demo/1a2b3c4d5e6f". */
  readonly title: string;
  readonly path: string;
  /** Bytes of the disk that it takes. */
  readonly bytes: number;
  /** Why it may go. */
  readonly reason: string;
  /** Of an image or an export, and of an unfinished one. */
  readonly image?: ImagePaths;
}

/** An image or an export that stays. */
export interface Kept {
  readonly title: string;
  readonly path: string;
  readonly bytes: number;
  readonly reasons: readonly string[];
}

/** What would go and what would stay, without touching anything. */
export function planGc(
  store: string,
  options: GcOptions,
  now: number = Date.now(),
): { readonly garbage: Garbage[]; readonly kept: Kept[] } {
  const use = { processes: processUse(store), bases: neededBases(store) };
  const garbage: Garbage[] = [];
  const kept: Kept[] = [];
  for (const made of imageFolders(store).flatMap(exportsOf)) {
    const { paths, state } = made;
    const entry = { title: exportTitle(paths), path: paths.image, bytes: bytesOf(paths.image) };
    const reasons = [...reasonsOfUse(paths, options.machines, use), ...reasonsOfDoubt(made)];
    const kind = state === "unfinished" ? "unfinished export" : "export";
    if (reasons.length > 0) kept.push({ ...entry, reasons });
    else garbage.push({ ...entry, kind, image: paths, reason: "nothing uses it" });
  }
  for (const [{ paths, state }, reasons] of reasonsToKeep(listImages(store), options, use)) {
    const entry = { title: titleOf(paths), path: paths.image, bytes: bytesOf(paths.image) };
    if (reasons.length > 0) kept.push({ ...entry, reasons });
    else garbage.push({ ...entry, kind: "image", image: paths, reason: reasonOf(state, options.keep) });
  }
  garbage.push(...unfinished(store, use.processes), ...failures(store, options.failedDays, now));
  garbage.push(...damaged(store, use.processes));
  garbage.push(...unfinishedFetches(store, now));
  for (const path of abandonedFolders(store, now)) {
    const title = basename(path);
    garbage.push({ kind: "work folder", title, path, bytes: bytesOf(path), reason: "its process is gone" });
  }
  garbage.push(...checkpoints(store, options.checkpointsMaxBytes ?? defaultLimitBytes(store)));
  return { garbage, kept };
}

function checkpoints(store: string, limitBytes: number): Garbage[] {
  return checkpointsOver(listCheckpoints(store), limitBytes).map(({ path, digits, bytes, manifest, reason }) => {
    const title = `${digits} (${manifest?.stage ?? "unusable"})`;
    return { kind: "checkpoint", title, path, bytes, reason: reason ?? "others were used since, and fill their limit" };
  });
}

/** For each image, why it stays; no reason if nothing keeps it. */
function reasonsToKeep(
  images: readonly StoredImage[],
  { keep, machines }: GcOptions,
  use: OtherUse,
): Map<StoredImage, string[]> {
  const newest = new Map<string, number>();
  return new Map(
    images.filter(isImage).map((image) => {
      const { name } = image.paths;
      const reasons = [...reasonsOfUse(image.paths, machines, use), ...reasonsOfDoubt(image)];
      const before = newest.get(name) ?? 0;
      if (image.state === "ok") {
        newest.set(name, before + 1);
        if (before < keep) reasons.push(keep === 1 ? `the newest of ${name}` : `among the newest ${keep} of ${name}`);
      }
      return [image, reasons];
    }),
  );
}

/** What may be somebody else's is kept. */
function reasonsOfDoubt({ state, reason, paths }: StoredImage | StoredExport): string[] {
  if (state === "foreign") return [reason ?? ""];
  return isOurs(paths) ? [] : ["nothing in it shows that os-images made it"];
}

function reasonOf(state: string, keep: number): string {
  if (state === "damaged") return "damaged, and nothing uses it";
  return keep === 0 ? "nothing uses it" : `nothing uses it, and ${keep} newer one(s) stay`;
}

/** What a publication left that was killed before its manifest. */
function unfinished(store: string, use: ProcessUse): Garbage[] {
  return imageFolders(store).flatMap((paths): Garbage[] => {
    if (existsSync(paths.manifest) || builderOf(paths) !== undefined || !isOurs(paths)) return [];
    if (processReasons(paths.image, use).length > 0) return [];
    const entries = readdirSync(paths.image).filter((entry) => !NOT_OF_THE_IMAGE.includes(entry));
    if (entries.length === 0) return [];
    const bytes = entries.reduce((sum, entry) => sum + bytesOf(join(paths.image, entry)), 0);
    const reason = "it has no manifest, so it is no image";
    return [{ kind: "unfinished image", title: titleOf(paths), path: paths.image, bytes, reason, image: paths }];
  });
}

function failures(store: string, failedDays: number, now: number): Garbage[] {
  const found = namesIn(store).flatMap((name) => failedBuilds(store, name));
  return found.flatMap(({ name, folder, shortFingerprint, time }): Garbage[] => {
    const days = Math.floor((now - Date.parse(time)) / 86_400_000);
    if (days < failedDays) return [];
    const title = `${name}/${shortFingerprint}`;
    return [{ kind: "failed build", title, path: folder, bytes: bytesOf(folder), reason: `failed ${days} days ago` }];
  });
}

function damaged(store: string, use: ProcessUse): Garbage[] {
  const parent = storeFolders(store).damaged;
  if (!existsSync(parent)) return [];
  return readdirSync(parent).flatMap((name): Garbage[] => {
    const path = join(parent, name);
    if (processReasons(path, use).length > 0) return [];
    return [{ kind: "damaged image", title: name, path, bytes: bytesOf(path), reason: "it is in quarantine" }];
  });
}

/** What came of images from a remote, if nobody went on with it for a day. */
function unfinishedFetches(store: string, now: number): Garbage[] {
  const parent = storeFolders(store).partial;
  if (!existsSync(parent)) return [];
  return readdirSync(parent).flatMap((entry): Garbage[] => {
    const [, name = "", digits = ""] = /^(.+)-([0-9a-f]{12})$/.exec(entry) ?? [];
    const path = join(parent, entry);
    const touched = [path, ...readdirSync(path).map((file) => join(path, file))].map((file) => statSync(file).mtimeMs);
    const isOld = now - Math.max(...touched) > 86_400_000;
    if (name === "" || !isOld || builderOf(pathsOfImage(store, name, digits)) !== undefined) return [];
    return [{ kind: "unfinished fetch", title: entry, path, bytes: bytesOf(path), reason: "nobody goes on with it" }];
  });
}

function titleOf({ name, shortFingerprint }: ImagePaths): string {
  return `${name}/${shortFingerprint}`;
}
