import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { basename, join } from "node:path";
import { RECIPE_FOLDER, type ImagePaths } from "../store/layout";
import { manifestSchema, type Manifest } from "../store/manifest";
import { savePicture } from "./failure";
import type { Redaction } from "./redaction";
import type { WorkFolder } from "./work-folder";

/**
 * Moves a finished build to its final place: recipe, picture and disk by rename, the logs without secrets, each safe on
 * the disk before the manifest, which is written last and makes them an image. What an earlier, killed publication left
 * is replaced.
 */
export function publish(paths: ImagePaths, work: WorkFolder, manifest: Manifest, redaction: Redaction): void {
  manifestSchema.parse(manifest);
  mkdirSync(paths.image, { recursive: true });
  savePicture(work, work.path);
  const screenshot = join(work.path, "screenshot.png");
  for (const log of [work.console, work.installerLog, work.packerLog].filter((file) => existsSync(file))) {
    const target = join(paths.image, basename(log));
    redaction.copy(log, target);
    sync(target);
  }
  for (const file of [screenshot, work.disk]) if (existsSync(file)) moveIn(file, paths.image);
  const recipe = join(paths.image, RECIPE_FOLDER);
  rmSync(recipe, { recursive: true, force: true });
  renameSync(work.recipe, recipe);

  const fresh = join(work.path, "manifest.json");
  writeFileSync(fresh, `${JSON.stringify(manifest, null, 2)}\n`);
  sync(fresh);
  sync(paths.image);
  renameSync(fresh, paths.manifest);
  sync(paths.image);
}

function moveIn(file: string, folder: string): void {
  sync(file);
  renameSync(file, join(folder, basename(file)));
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
