import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { ImagePaths } from "../store/layout";
import { manifestSchema, type Manifest } from "../store/manifest";
import { describeFiles, DISK_MODE, placeInStore } from "../store/place";
import { savePicture } from "./failure";
import type { Redaction } from "./redaction";
import type { WorkFolder } from "./work-folder";

/**
 * Moves a finished build to its final place, and gives its manifest with the files added: the recipe, the logs without
 * secrets, what is in it, picture and disk. What needs room is written before anything moves, so that a full disk leaves nothing there.
 */
export async function publish(
  paths: ImagePaths,
  work: WorkFolder,
  built: Manifest,
  { redaction, contents }: { readonly redaction: Redaction; readonly contents: readonly string[] },
): Promise<Manifest> {
  savePicture(work, work.path);
  const logs = [work.console, work.installerLog, work.packerLog]
    .filter((log) => existsSync(log))
    .map((log) => withoutSecrets(log, join(work.path, "logs"), redaction));
  const files = [...logs, ...contents, join(work.path, "screenshot.png")].filter((file) => existsSync(file));
  const manifest = manifestSchema.parse({ ...built, files: await describeFiles(files, work.recipe) });
  const fresh = join(work.path, "manifest.json");
  writeFileSync(fresh, `${JSON.stringify(manifest, null, 2)}\n`);
  chmodSync(work.disk, DISK_MODE);
  placeInStore(paths, { recipe: work.recipe, files: [...files, work.disk], manifest: fresh });
  return manifest;
}

function withoutSecrets(log: string, folder: string, redaction: Redaction): string {
  const target = join(folder, basename(log));
  mkdirSync(folder, { recursive: true });
  redaction.copy(log, target);
  return target;
}
