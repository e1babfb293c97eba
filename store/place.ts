import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { sha256OfFile } from "../util/digest";
import { RECIPE_FOLDER, type ImagePaths } from "./layout";
import type { StoredFile } from "./manifest";

/** Mode of an image's disk: a machine that is started on it by mistake must not change the base of others. */
export const DISK_MODE = 0o444;

/** The files of a finished image, on the store's file system. */
export interface FinishedImage {
  /** The folder of the request that it was built from. @default - none is known */
  readonly recipe?: string;
  /** All other files but the manifest; each keeps its name. */
  readonly files: readonly string[];
  readonly manifest: string;
}

/**
 * Moves a finished image to its place by rename, each file safe on the disk before the manifest, which comes last and makes
 * them an image. The recipe goes first, as it shows whose the rest is. What an earlier, killed publication left is replaced.
 */
export function placeInStore(paths: ImagePaths, { recipe, files, manifest }: FinishedImage): void {
  mkdirSync(paths.image, { recursive: true });
  for (const file of [manifest, ...files]) sync(file);
  const recipeFolder = join(paths.image, RECIPE_FOLDER);
  rmSync(recipeFolder, { recursive: true, force: true });
  try {
    if (recipe !== undefined) renameSync(recipe, recipeFolder);
    for (const file of files) renameSync(file, join(paths.image, basename(file)));
    sync(paths.image);
    renameSync(manifest, paths.manifest);
  } catch (error) {
    for (const file of [...files, recipeFolder]) {
      rmSync(join(paths.image, basename(file)), { recursive: true, force: true });
    }
    throw error;
  }
  sync(paths.image);
}

/** What a manifest says of these files, and of those in the folder of the recipe. */
export function describeFiles(files: readonly string[], recipe: string): Promise<StoredFile[]> {
  const inRecipe = readdirSync(recipe).map((name) => describe(join(recipe, name), `${RECIPE_FOLDER}/${name}`));
  return Promise.all([...files.map((file) => describe(file, basename(file))), ...inRecipe]);
}

async function describe(file: string, path: string): Promise<StoredFile> {
  return { path, sizeBytes: statSync(file).size, sha256: await sha256OfFile(file) };
}

/** Waits until a file or a folder is safe on the disk. */
function sync(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
