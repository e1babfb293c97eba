import { mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { findTool, requireTool } from "../../host/find";
import { type MakeOptions, makeArtefact } from "../../platforms/make";
import { artefactName, type PlatformRecipe } from "../../platforms/platform";
import { verifyArtefact } from "../../platforms/verify";
import type { ExportManifest } from "../../store/manifest";
import { sha256OfFile } from "../../util/digest";
import { UserError } from "../../util/user-error";
import type { Guard } from "../guard";
import type { PhaseLog } from "../phase-log";
import { startGroup } from "../process-group";
import type { WorkFolder } from "../work-folder";
import type { Source } from "./source";

/** One export under way. */
export interface ExportWork {
  readonly source: Source;
  readonly platform: PlatformRecipe;
  /** Its output folder gets the files. */
  readonly work: WorkFolder;
  readonly guard: Guard;
  readonly phases: PhaseLog;
  readonly signal: AbortSignal;
}

/**
 * Makes a platform's files in the work folder and checks them against its rules. The image's disk is read once more
 * meanwhile, so that nothing comes out of a damaged one.
 * @throws UserError with what failed
 */
export async function makeFiles(job: ExportWork): Promise<Pick<ExportManifest, "files" | "rules">> {
  const { source, platform, work, phases, signal } = job;
  phases.enter("convert");
  mkdirSync(work.output);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const options: MakeOptions = {
    qemuImg: requireTool("qemu-img").path,
    run: (program, words) => runIn({ ...job, signal: both }, program, words),
    signal: both,
  };
  const steps = [requireSoundSource(source), makeArtefact(platform, source, work.output, options)];
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
  const { rules, broken } = await verifyArtefact(platform.kind, join(work.output, main));
  const [first] = broken;
  if (first !== undefined) throw new UserError(`${main} breaks ${first.code}: ${first.message}`, 1);
  const others = readdirSync(work.output).filter((file) => file !== main);
  const describe = async (file: string): Promise<ExportManifest["files"][0]> => {
    const path = join(work.output, file);
    return { file, sizeBytes: statSync(path).size, sha256: await sha256OfFile(path) };
  };
  const files: ExportManifest["files"] = [await describe(main), ...(await Promise.all(others.map(describe)))];
  signal.throwIfAborted();
  return { files, rules };
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
async function runIn({ work, guard, signal }: ExportWork, program: string, words: readonly string[]): Promise<void> {
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
