import { existsSync, linkSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { cacheDir } from "../../host/cache";
import { asHostError } from "../../host/file-error";
import { exportFingerprint, exportRecipe } from "../../platforms/export-request";
import { artefactName, type PlatformRecipe } from "../../platforms/platform";
import { UserError } from "../../util/user-error";
import { Guard } from "../guard";
import { PhaseLog } from "../phase-log";
import { takeSlot } from "../slots";
import { makeWorkFolder, workFolder } from "../work-folder";
import type { Source } from "./source";
import { makeFiles } from "./work";

/** An export that goes to a folder of the user's. */
export interface FolderExport {
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
export async function exportToFolder({ source, platform, output, write, signal }: FolderExport): Promise<string[]> {
  const main = join(output, artefactName(source.name, platform));
  if (existsSync(main)) throw new UserError(`${main} is there already: move it, or write another --output`);
  const phases = new PhaseLog(write);
  const fingerprint = exportFingerprint(exportRecipe(source.fingerprint, source.firmware, platform));
  phases.enter("plan", `image ${source.name} for ${platform.kind}`);
  try {
    mkdirSync(output, { recursive: true });
    phases.enter("slot");
    const guard = await Guard.start(join(cacheDir(), "locks", `export-${randomBytes(6).toString("hex")}`));
    try {
      const slot = await takeSlot(0, phases, signal, (file) => guard.remember(file));
      const place = { work: output, name: `.${source.name}`, shortFingerprint: fingerprint.slice(0, 12) };
      const work = workFolder(place, source.name);
      try {
        await guard.watchFolder(work.path);
        makeWorkFolder(work, new Map(), guard.sign);
        const { files } = await makeFiles({ source, platform, work, guard, phases, signal });
        return publish(
          work.output,
          output,
          files.map(({ file }) => file),
        );
      } finally {
        rmSync(work.path, { recursive: true, force: true });
        slot.release();
      }
    } finally {
      guard.dismiss();
    }
  } catch (error) {
    throw asHostError(error, output);
  }
}

/** By links, which fail if a file is there by now. */
function publish(work: string, output: string, names: readonly string[]): string[] {
  return names.map((name) => {
    const file = join(output, name);
    linkSync(join(work, name), file);
    return file;
  });
}
