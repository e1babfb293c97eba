import { execFile } from "node:child_process";
import { copyFileSync, existsSync, linkSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BuildRequest } from "../recipe/request";
import { resumedTemplate } from "../recipe/resume";
import { CHECKPOINT_DISK, checkpointFolder, type CheckpointManifest } from "../store/checkpoints";
import { sha256OfFile } from "../util/digest";
import type { ResumePoint } from "./build-stages";
import { CHECKPOINT_KEY, CHECKPOINT_VARS, checkpointIn } from "./checkpointer";
import type { Host } from "./preflight";
import type { WorkFolder } from "./work-folder";

/** A checkpoint cannot be gone on from. The message says why. */
export class UnusableCheckpoint extends Error {
  constructor(
    readonly checkpoint: CheckpointManifest,
    reason: string,
  ) {
    super(reason);
  }
}

/** What a build that goes on from a disk runs with. */
export interface Resumption {
  /** Packer's template, from the folder of the recipe. */
  readonly template: string;
  /** The disk to begin with, an absolute path. */
  readonly disk: string;
  /** The private key that opens the machine, an absolute path; absent unless the build made one. */
  readonly key?: string;
  /** What UEFI firmware keeps; absent for BIOS machines. */
  readonly firmwareVars?: string;
}

/** What a build knows when it goes on from a disk. */
export interface ResumptionOptions {
  readonly store: string;
  readonly request: BuildRequest;
  /** The text of the request's template. */
  readonly template: string;
  readonly work: WorkFolder;
  readonly host: Pick<Host, "base" | "qemuImg">;
  /** False leaves the disk lying on the checkpoint's files. */
  readonly standsAlone: boolean;
}

/**
 * Takes a checkpoint into a build's work folder: its disks by further names for the same files, so that a garbage
 * collection may remove the checkpoint meanwhile. The template's provisioners up to it are left out. Without a checkpoint,
 * the image that is built on is what is gone on from.
 * @throws UnusableCheckpoint if its files are not what its manifest says
 */
export async function prepareResumption(
  { chain, index }: ResumePoint,
  options: ResumptionOptions,
): Promise<Resumption> {
  const { store, request, template, work, standsAlone } = options;
  const last = chain.at(-1);
  if (last === undefined) return goOnFromBase(options);
  for (const manifest of chain) await take(manifest, store, work);
  const folder = checkpointIn(work, last.fingerprint);
  const own = (file: string): string | undefined => (existsSync(join(folder, file)) ? join(folder, file) : undefined);
  const [key, firmwareVars] = [own(CHECKPOINT_KEY), own(CHECKPOINT_VARS)];
  if (request.login.kind === "buildKey" && key === undefined) throw new UnusableCheckpoint(last, "it has no key");
  const resumed = resumedTemplate(JSON.parse(template) as object, index, standsAlone);
  writeFileSync(join(work.path, "resumed.pkr.json"), JSON.stringify(resumed, null, 2));
  return {
    template: "../resumed.pkr.json",
    disk: join(folder, CHECKPOINT_DISK),
    ...(key !== undefined && { key }),
    ...(firmwareVars !== undefined && { firmwareVars }),
  };
}

/** On an empty overlay of the new image's size, so that Packer gets a qcow2 file whatever the base's format. */
async function goOnFromBase({ request, work, host: { base, qemuImg } }: ResumptionOptions): Promise<Resumption> {
  if (base === undefined) throw new Error("a build that goes on from no checkpoint has a base image");
  const { path, format } = base.disk;
  const disk = join(work.path, "base.qcow2");
  const size = `${request.recipe.diskMiB}M`;
  await promisify(execFile)(qemuImg, ["create", "-q", "-f", "qcow2", "-b", path, "-F", format, disk, size]);
  return { template: request.template, disk };
}

async function take(manifest: CheckpointManifest, store: string, work: WorkFolder): Promise<void> {
  const from = checkpointFolder(store, manifest.fingerprint);
  const to = checkpointIn(work, manifest.fingerprint);
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const [file, digest] of Object.entries(manifest.files)) {
    try {
      // Firmware writes its variables; who reads a key must own it.
      if (file === CHECKPOINT_DISK) linkSync(join(from, file), join(to, file));
      else copyFileSync(join(from, file), join(to, file));
    } catch (error) {
      throw new UnusableCheckpoint(manifest, (error as Error).message);
    }
    if ((await sha256OfFile(join(to, file))) !== digest) {
      throw new UnusableCheckpoint(manifest, `its ${file} is not what was written`);
    }
  }
}
