import { copyFileSync, existsSync, linkSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { cacheDir } from "../../host/cache";
import { asHostError } from "../../host/file-error";
import { exportFingerprint, exportRecipe } from "../../platforms/export-request";
import { artefactName, type PlatformRecipe } from "../../platforms/platform";
import type { ImagePaths } from "../../store/layout";
import { UserError } from "../../util/user-error";
import { Guard } from "../guard";
import { PhaseLog } from "../phase-log";
import { planFork } from "./fork";
import { requireExportable } from "./limits";
import type { Source } from "./source";
import { makeFiles } from "./work";

/** An export that goes to a folder of the user's. */
export interface FolderExport {
  /** The image in its store. */
  readonly paths: ImagePaths;
  readonly source: Source;
  readonly platform: PlatformRecipe;
  /** Absolute; it is made if it is missing. */
  readonly output: string;
  /** Takes the lines of progress. */
  readonly write: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes a platform's files from an image, checks them, and gives their paths. A file that is there is never overwritten.
 * @throws UserError with what failed
 */
export async function exportToFolder({
  paths,
  source,
  platform,
  output,
  write,
  signal,
}: FolderExport): Promise<string[]> {
  const main = join(output, artefactName(source.name, platform));
  if (existsSync(main)) throw new UserError(`${main} is there already: move it, or write another --output`);
  const phases = new PhaseLog(write);
  const fingerprint = exportFingerprint(exportRecipe(source.fingerprint, source.firmware, platform));
  phases.enter("plan", `image ${source.name} for ${platform.kind}`);
  try {
    mkdirSync(output, { recursive: true });
    phases.enter("preflight");
    await requireExportable(source, platform);
    const say = (line: string): void => phases.log(line);
    const fork = await planFork(paths, source.image, platform, { say, signal });
    phases.enter("slot");
    const guard = await Guard.start(join(cacheDir(), "locks", `export-${randomBytes(6).toString("hex")}`));
    try {
      // A fork links checkpoints, which are on the store's file system.
      const place = {
        ...paths,
        shortFingerprint: fingerprint.slice(0, 12),
        ...(fork === undefined && { work: output, name: `.${source.name}` }),
      };
      return await makeFiles(
        { source, platform, fork, place, request: new Map(), guard, phases, signal },
        ({ folder, files }) =>
          publish(
            folder,
            output,
            files.map(({ file }) => file),
          ),
      );
    } finally {
      guard.dismiss();
    }
  } catch (error) {
    throw asHostError(error, output);
  }
}

/** By links, which fail if a file is there by now. */
function publish(folder: string, output: string, names: readonly string[]): string[] {
  return names.map((name) => {
    const file = join(output, name);
    const near = join(output, `.${name}-${randomBytes(6).toString("hex")}`);
    try {
      if (statSync(folder).dev !== statSync(output).dev) copyFileSync(join(folder, name), near);
      linkSync(existsSync(near) ? near : join(folder, name), file);
    } finally {
      rmSync(near, { force: true });
    }
    return file;
  });
}
