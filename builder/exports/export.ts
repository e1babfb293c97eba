import { chmodSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findTool, requireTool } from "../../host/find";
import { MIB } from "../../platforms/finding";
import { removeAbandoned } from "../../store/abandoned";
import { freeBytes, requireLocalStore } from "../../store/file-system";
import { quarantine, readOwnExport } from "../../store/image";
import { EXPORT_REQUEST_FILE, type ExportPaths } from "../../store/layout";
import { EXPORT_MANIFEST_VERSION, type ExportManifest, exportManifestSchema } from "../../store/manifest";
import { DISK_MODE, placeInStore } from "../../store/place";
import { takeLock } from "../../util/process-lock.js";
import { UserError } from "../../util/user-error";
import { Guard } from "../guard";
import type { PhaseLog } from "../phase-log";
import { planFork } from "./fork";
import { requireExportable } from "./limits";
import type { LoadedExport } from "./request-file";
import { foreignSource, type Source, storedSource } from "./source";
import { type Made, makeFiles } from "./work";

/** How often a line says that this export waits for another process, in milliseconds. */
const REMIND_MS = 30_000;

/** Makes the missing export of a request, or waits for the process that makes it. */
export async function exportToStore(
  loaded: LoadedExport,
  phases: PhaseLog,
  signal: AbortSignal,
): Promise<ExportManifest> {
  const { paths, request } = loaded;
  phases.enter("preflight");
  requireTool("qemu-img");
  requireLocalStore(paths.store);
  const { platform } = request.recipe;
  const planned = await sourceOf(loaded);
  await requireExportable(planned, platform);
  requireSpace(planned, paths.store);
  const say = (line: string): void => phases.log(line);
  const fork = await planFork(paths.of, planned.image, platform, { say, signal });
  phases.enter("slot");
  const guard = await Guard.start(paths.lock);
  try {
    const lock = await takeLock(paths.lock, {
      sign: guard.sign,
      signal,
      onWait: ({ pid, since }) =>
        phases.log(`waits for process ${pid}, which has been making this export since ${since}`),
      remindMs: REMIND_MS,
    });
    try {
      const found = readOwnExport(paths);
      if (found.kind === "present") return found.manifest;
      if (found.kind === "damaged") phases.log(`put into quarantine, as ${found.reason}: ${quarantine(paths)}`);
      removeAbandoned(paths.store);
      // Read under the lock: from here on, gc sees that somebody needs the image.
      const source = await sourceOf(loaded);
      const files = new Map([[EXPORT_REQUEST_FILE, loaded.content]]);
      return await makeFiles(
        { source, platform, fork, place: paths, request: files, guard, phases, signal },
        (made) => {
          phases.enter("publish");
          const manifest = manifestOf(loaded, source, made, phases.seconds);
          publish(paths, made, manifest);
          return manifest;
        },
      );
    } finally {
      lock.release();
    }
  } finally {
    guard.dismiss();
  }
}

async function sourceOf({ request, paths }: LoadedExport): Promise<Source> {
  return request.disk === undefined ? storedSource(paths.of) : foreignSource(request, request.disk);
}

/** No file is smaller than the compressed disk by much. */
function requireSpace({ name, disk }: Source, store: string): void {
  const needed = statSync(disk.path).blocks * 512;
  const free = freeBytes(store);
  if (free >= needed) return;
  throw new UserError(
    `no space for an export of image ${name}: ${store} has ${Math.floor(free / MIB)} MiB free, and its disk takes ` +
      `${Math.ceil(needed / MIB)}; ` +
      "make room, for instance by: os-images gc",
    1,
  );
}

function manifestOf(
  { request }: LoadedExport,
  source: Source,
  { files, rules, inside }: Made,
  seconds: number,
): ExportManifest {
  const version = findTool("qemu-img")?.version;
  return exportManifestSchema.parse({
    exportManifestVersion: EXPORT_MANIFEST_VERSION,
    name: request.name,
    fingerprint: request.fingerprint,
    platform: request.recipe.platform,
    image: { fingerprint: request.recipe.image, ...(source.sha256 !== undefined && { sha256: source.sha256 }) },
    createdAt: new Date().toISOString(),
    ...(inside !== undefined && { inside }),
    files,
    rules,
    seconds: Math.round(seconds * 1000) / 1000,
    tools: version === undefined ? {} : { "qemu-img": version },
  } satisfies ExportManifest);
}

function publish(paths: ExportPaths, { work, folder }: Made, manifest: ExportManifest): void {
  const fresh = join(work.path, "manifest.json");
  writeFileSync(fresh, `${JSON.stringify(manifest, null, 2)}\n`);
  const files = manifest.files.map(({ file }) => join(folder, file));
  for (const file of files) chmodSync(file, DISK_MODE);
  placeInStore(paths, { recipe: work.recipe, files, manifest: fresh });
}
