import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { findTool, requireTool } from "../../host/find";
import { type MakeOptions, makeArtefact } from "../../platforms/make";
import { artefactName, type PlatformRecipe } from "../../platforms/platform";
import { verifyArtefact } from "../../platforms/verify";
import type { ImagePaths } from "../../store/layout";
import type { ExportManifest } from "../../store/manifest";
import { sha256OfFile } from "../../util/digest";
import { UserError } from "../../util/user-error";
import { buildFromCheckpoint } from "../build";
import type { Guard } from "../guard";
import type { PhaseLog } from "../phase-log";
import { startGroup } from "../process-group";
import { takeSlot } from "../slots";
import { makeWorkFolder, workFolder, type WorkFolder } from "../work-folder";
import type { Fork } from "./fork";
import type { Source } from "./source";

/** One export under way. */
export interface ExportJob {
  readonly source: Source;
  readonly platform: PlatformRecipe;
  /** What changes the image first. @default - its disk is converted */
  readonly fork?: Fork | undefined;
  /** Where the work folder lies, and what its name begins with. */
  readonly place: ImagePaths;
  /** What the work folder keeps beside the files. */
  readonly request: ReadonlyMap<string, Buffer>;
  readonly guard: Guard;
  readonly phases: PhaseLog;
  readonly signal: AbortSignal;
}

/** What was made, and what the export's manifest says of it. */
export interface Made extends Pick<ExportManifest, "files" | "rules" | "inside"> {
  readonly work: WorkFolder;
  /** Where the files are. */
  readonly folder: string;
}

/**
 * Makes a platform's files and checks them against its rules, in a work folder that goes once `use` has taken them.
 * @throws UserError with what failed
 */
export async function makeFiles<T>(job: ExportJob, use: (made: Made) => T): Promise<T> {
  const { source, fork, place, request, guard, phases, signal } = job;
  if (fork !== undefined) {
    const { host, image, script } = fork;
    const loaded = { ...fork.loaded, paths: place, files: new Map([...fork.loaded.files, ...request]) };
    return buildFromCheckpoint(loaded, host, guard, phases, signal, {
      image,
      finish: async ({ work, from }) => {
        const after = from?.chain.at(-1)?.stage;
        const inside = { script, ...(after !== undefined && { after }) };
        const disk = { ...source.disk, path: work.disk, format: "qcow2" } as const;
        const { name, fingerprint, revision, title, firmware } = source;
        const forked = { name, fingerprint, revision, title, firmware, disk };
        return use({ ...(await convert(job, forked, work)), inside });
      },
    });
  }
  const slot = await takeSlot(0, phases, signal, (file) => guard.remember(file));
  const work = workFolder(place, source.name);
  try {
    await guard.watchFolder(work.path);
    makeWorkFolder(work, request, guard.sign);
    return use(await convert(job, source, work));
  } finally {
    rmSync(work.path, { recursive: true, force: true });
    slot.release();
  }
}

/** The image's disk is read once more meanwhile, so that nothing comes out of a damaged one. */
async function convert(job: ExportJob, source: Source, work: WorkFolder): Promise<Made> {
  const { platform, phases, signal } = job;
  phases.enter("convert");
  const folder = join(work.path, "files");
  mkdirSync(folder);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const options: MakeOptions = {
    qemuImg: requireTool("qemu-img").path,
    run: (program, words) => runIn(work, { ...job, signal: both }, program, words),
    signal: both,
  };
  const steps = [requireSoundSource(source), makeArtefact(platform, source, folder, options)];
  try {
    await Promise.all(steps);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(steps);
    throw error;
  }
  signal.throwIfAborted();
  phases.enter("verify");
  const main = artefactName(source.name, platform);
  const { rules, broken } = await verifyArtefact(platform.kind, join(folder, main));
  const [first] = broken;
  if (first !== undefined) throw new UserError(`${main} breaks ${first.code}: ${first.message}`, 1);
  const others = readdirSync(folder).filter((file) => file !== main);
  const describe = async (file: string): Promise<ExportManifest["files"][0]> => {
    const path = join(folder, file);
    return { file, sizeBytes: statSync(path).size, sha256: await sha256OfFile(path) };
  };
  const files: ExportManifest["files"] = [await describe(main), ...(await Promise.all(others.map(describe)))];
  signal.throwIfAborted();
  return { files, rules, work, folder };
}

async function requireSoundSource({ name, disk, sha256 }: Source): Promise<void> {
  if (sha256 === undefined) return;
  const digest = await sha256OfFile(disk.path);
  if (digest === sha256) return;
  throw new UserError(
    `image ${name} is damaged: ${basename(disk.path)} has the sha256 ${digest}, not ${sha256}; ` +
      `run os-images verify ${name}, and deploy it again`,
    1,
  );
}

/** What programs say of a full disk; tar has more to say after it. */
const FULL = /No space left on device|Disk quota exceeded/;

/** Runs a program to its end, in a process group that goes with this process. */
async function runIn(
  work: WorkFolder,
  { guard, signal }: Pick<ExportJob, "guard" | "signal">,
  program: string,
  words: readonly string[],
): Promise<void> {
  signal.throwIfAborted();
  const path = findTool(program)?.path;
  if (path === undefined && !program.startsWith("/")) {
    throw new UserError(`${program} is not on PATH, which this export needs: install it`, 3);
  }
  let reason = "";
  const group = await startGroup({
    program: path ?? program,
    args: words,
    cwd: work.path,
    groupFile: work.group,
    environment: process.env,
    guard,
    onLine: (line) => {
      if (line.trim() !== "" && !FULL.test(reason)) reason = line.trim();
    },
  });
  const end = (): void => group.terminate();
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  const { status } = await group.ended;
  signal.removeEventListener("abort", end);
  signal.throwIfAborted();
  if (status === 0) return;
  const remedy = FULL.test(reason) ? "; make room, for instance by: os-images gc" : "";
  throw new UserError(`${basename(program)} failed: ${reason || `it ended with ${status}`}${remedy}`, 1);
}
