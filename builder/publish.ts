import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  existsSync,
} from "node:fs";
import { basename, join } from "node:path";
import { RECIPE_FOLDER, type ImagePaths } from "../store/layout";
import { manifestSchema, type Manifest } from "../store/manifest";
import { savePicture } from "./failure";
import type { Redaction } from "./redaction";
import type { WorkFolder } from "./work-folder";

/** Mode of a published disk: a machine that is started on it by mistake must not change the base of others. */
const READ_ONLY = 0o444;

/**
 * Moves a finished build to its final place: the recipe, the logs without secrets, picture and disk by rename, each safe
 * on the disk before the manifest, which comes last and makes them an image. What needs room is written before anything
 * moves, so that a full disk leaves nothing there. The recipe goes first, as it shows whose the rest is. What an earlier,
 * killed publication left is replaced.
 */
export function publish(paths: ImagePaths, work: WorkFolder, manifest: Manifest, redaction: Redaction): void {
  manifestSchema.parse(manifest);
  mkdirSync(paths.image, { recursive: true });
  savePicture(work, work.path);
  const fresh = join(work.path, "manifest.json");
  writeFileSync(fresh, `${JSON.stringify(manifest, null, 2)}\n`);
  const logs = [work.console, work.installerLog, work.packerLog]
    .filter((log) => existsSync(log))
    .map((log) => withoutSecrets(log, join(work.path, "logs"), redaction));
  const screenshot = join(work.path, "screenshot.png");
  const files = [...logs, screenshot, work.disk].filter((file) => existsSync(file));
  chmodSync(work.disk, READ_ONLY);
  for (const file of [fresh, ...files]) sync(file);

  const recipe = join(paths.image, RECIPE_FOLDER);
  rmSync(recipe, { recursive: true, force: true });
  try {
    renameSync(work.recipe, recipe);
    for (const file of files) renameSync(file, join(paths.image, basename(file)));
    sync(paths.image);
    renameSync(fresh, paths.manifest);
  } catch (error) {
    for (const file of [...files, recipe]) rmSync(join(paths.image, basename(file)), { recursive: true, force: true });
    throw error;
  }
  sync(paths.image);
}

function withoutSecrets(log: string, folder: string, redaction: Redaction): string {
  const target = join(folder, basename(log));
  mkdirSync(folder, { recursive: true });
  redaction.copy(log, target);
  return target;
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
