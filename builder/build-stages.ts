import { chmodSync, mkdirSync, renameSync } from "node:fs";
import { basename, join } from "node:path";
import type { BuildRequest } from "../recipe/request";
import { type Stage, stagesOf } from "../recipe/stages";
import {
  CHECKPOINT_DISK,
  checkpointChain,
  checkpointFolder,
  type CheckpointManifest,
  markUsed,
  publishCheckpoint,
  readCheckpoint,
} from "../store/checkpoints";
import { storeFolders } from "../store/layout";
import { isLock, type LifeSign, type ProcessLock, takeLock, tryLock } from "../util/process-lock.js";
import type { Manifest } from "../store/manifest";
import type { PhaseLog } from "./phase-log";

/** A build begins without a checkpoint if this variable is set, and makes its stages anew. */
const FRESH_VARIABLE = "OS_IMAGES_FRESH";

/** A disk that a build goes on from: that of a checkpoint, or of the image that it builds on. */
export interface ResumePoint {
  /** Index of its stage. */
  readonly index: number;
  /** The checkpoints that it consists of, the lowest first; none for the image. */
  readonly chain: readonly CheckpointManifest[];
}

/**
 * The stages of one build that may have checkpoints: which of them are there, and which this process is making. Who makes
 * a stage holds its lock, so that builds with a common stage make it once.
 */
export class BuildStages {
  readonly stages: readonly Stage[];
  private readonly fresh: boolean;
  private readonly said = new Set<string>();
  private lock: ProcessLock | undefined;
  /** Where a build without a checkpoint begins, if not with an installation. */
  private readonly start: ResumePoint | undefined;

  constructor(
    private readonly store: string,
    private readonly request: BuildRequest,
    private readonly sign: LifeSign,
    private readonly phases: PhaseLog,
    /** The finished image, if this build is a fork of it. */
    private readonly image?: Manifest,
  ) {
    this.fresh = image === undefined && (process.env[FRESH_VARIABLE] ?? "") !== "";
    const { login, settings, recipe, medium } = request;
    this.start = medium.kind === "image" ? { index: 0, chain: [] } : undefined;
    const all = stagesOf(recipe).filter(({ name }) => name !== "seal");
    const kept = { all: all.length, install: 1, none: 0 }[settings.checkpoints];
    this.stages = login.kind === "none" ? [] : all.slice(0, kept);
  }

  /**
   * What to begin from: the last checkpoint that there is, or the image that is built on. Claims the stage after it for this process, or waits while
   * another makes it.
   */
  async claim(signal: AbortSignal): Promise<ResumePoint | undefined> {
    for (;;) {
      const point = this.find(this.fresh);
      const next = this.stages[(point?.index ?? -1) + 1];
      if (next === undefined || this.fresh || this.lock !== undefined) return point;
      const lock = tryLock(this.lockOf(next), this.sign);
      if (isLock(lock)) {
        this.lock = lock;
        // The one who held it may have made the stage since.
        if (readCheckpoint(checkpointFolder(this.store, next.fingerprint)) === undefined) return point;
        const again = this.find(true);
        if (again?.index === point?.index) return point;
        this.release();
        continue;
      }
      const onWait = ({ pid }: { readonly pid: number }): void =>
        this.phases.log(`waits for process ${pid}, which is making the same stage: ${next.name}`);
      (await takeLock(this.lockOf(next), { sign: this.sign, signal, onWait, remindMs: 30_000 })).release();
    }
  }

  /** False if this build is a fork, and does not go on from where its image was sealed. */
  standsForImage(from: ResumePoint | undefined): boolean {
    if (this.image === undefined) return true;
    const { stages = [] } = this.image;
    const last = from?.chain.at(-1);
    return last !== undefined && isOf(this.image, last) && last.stage === stages.at(-2)?.name;
  }

  /** Moves the whole folder of a new checkpoint into its place. False if it is of no use there. */
  publish(folder: string, { fingerprint, base }: CheckpointManifest, replaced: string): boolean {
    const place = checkpointFolder(this.store, fingerprint);
    if (base !== undefined) {
      const under = readCheckpoint(checkpointFolder(this.store, base.fingerprint))?.manifest;
      if (under?.files[CHECKPOINT_DISK] !== base.diskSha256) return false;
    }
    mkdirSync(storeFolders(this.store).checkpoints, { recursive: true, mode: 0o700 });
    if (readCheckpoint(place) !== undefined) {
      if (!this.fresh && this.problemOf(fingerprint) === undefined) return false;
      renameSync(place, join(replaced, basename(place)));
    }
    chmodSync(folder, 0o700);
    return publishCheckpoint(this.store, folder, fingerprint);
  }

  /** This process has made a stage, and goes on to the next one. */
  made(index: number): void {
    this.release();
    const next = this.stages[index + 1];
    if (next === undefined || this.fresh) return;
    const lock = tryLock(this.lockOf(next), this.sign);
    if (isLock(lock)) this.lock = lock;
  }

  /** Gives up the claim. */
  release(): void {
    this.lock?.release();
    this.lock = undefined;
  }

  private lockOf({ fingerprint }: Stage): string {
    return join(storeFolders(this.store).locks, `stage.${fingerprint.slice(0, 12)}`);
  }

  /** The last stage that has a checkpoint which may be taken; a line says why one is not. */
  private find(quiet: boolean): ResumePoint | undefined {
    if (this.fresh) return this.start;
    for (let index = this.stages.length - 1; index > (this.start?.index ?? -1); index--) {
      const { fingerprint = "", name } = this.stages[index] ?? {};
      const found = checkpointChain(this.store, fingerprint);
      if (found === undefined) continue;
      const problem = this.problemOf(fingerprint);
      if (problem === undefined) {
        markUsed(this.store, found.chain);
        return { index, chain: found.chain };
      }
      if (!quiet) this.sayOnce(`the checkpoint after ${name} is not taken: ${problem}`);
    }
    return this.start;
  }

  /** A build that begins again, one stage earlier, looks at the others once more. */
  private sayOnce(line: string): void {
    if (!this.said.has(line)) this.phases.log(line);
    this.said.add(line);
  }

  /** Why a checkpoint is not taken; undefined if it may be, or is not there. */
  private problemOf(fingerprint: string): string | undefined {
    const { chain = [], reason } = checkpointChain(this.store, fingerprint) ?? {};
    const { checkpointMaxAgeDays: days } = this.request.settings;
    // A fork is to be what its image is, of whatever day.
    const image = this.image;
    const old = chain
      .filter((one) => image === undefined || !isOf(image, one))
      .find(({ madeAt }) => Date.now() - Date.parse(madeAt) > days * 86_400_000);
    if (reason !== undefined) return reason;
    if (old === undefined) return undefined;
    const what = old.fingerprint === fingerprint ? "it" : `the one after ${old.stage}`;
    return `${what} is of ${old.madeAt.slice(0, 10)}, and checkpointMaxAgeDays is ${days}`;
  }
}

/** Whether a checkpoint is the one that an image's build made or took. */
function isOf({ name, createdAt, build, stages = [] }: Manifest, checkpoint: CheckpointManifest): boolean {
  const stage = stages.find(({ fingerprint }) => fingerprint === checkpoint.fingerprint);
  if (stage === undefined) return false;
  if (stage.checkpoint !== undefined) return stage.checkpoint.madeAt === checkpoint.madeAt;
  const [end, at] = [Date.parse(createdAt), Date.parse(checkpoint.madeAt)];
  return checkpoint.madeFor === name && at <= end && at >= end - build.seconds * 1000;
}
