import { rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import type { Dialect } from "../recipe/release";
import { requestSchema, type BuildRequest } from "../recipe/request";
import { stagesOf } from "../recipe/stages";
import { timeLimits } from "../recipe/time-limits";
import { projectFolder } from "../util/project-folder";
import { UserError } from "../util/user-error";
import { takeLock, type LockHolder, type ProcessLock } from "../util/process-lock.js";
import { removeAbandoned } from "../store/abandoned";
import { limitCheckpoints, removeCheckpoint } from "../store/gc-remove";
import { defaultLimitBytes } from "../store/checkpoints";
import { quarantine, readOwnImage } from "../store/image";
import { BOM_FILE, CONTENTS_FILE, type ImagePaths } from "../store/layout";
import { MANIFEST_VERSION, type Manifest } from "../store/manifest";
import { billOfMaterials } from "./bom";
import { DoesNotStart, proveBoot, type BootProofOptions } from "./boot-proof";
import { checkKickstart } from "./check-kickstart";
import { BuildStages, type ResumePoint } from "./build-stages";
import { Checkpointer } from "./checkpointer";
import { DiskCopier } from "./disk-copier";
import { BuildFailed, saveEvidence } from "./failure";
import { Guard } from "./guard";
import { readGuestContents } from "./guest-contents";
import { Installation } from "./installation";
import { packerEnvironment } from "./packer-environment";
import type { PhaseLog } from "./phase-log";
import { preflight, type Host } from "./preflight";
import { publish } from "./publish";
import { Redaction } from "./redaction";
import { requireWholeSecrets } from "./secret-words";
import { sourceRevision, withRelease } from "./release-file";
import { startRelay, type Relay } from "./relay";
import type { LoadedRequest } from "./request-files";
import { prepareResumption, UnusableCheckpoint } from "./resume";
import { placeSteps } from "./steps";
import { takeSlot } from "./slots";
import { UnsoundDisk, verifyDisk } from "./verify-disk";
import { makeWorkFolder, workFolder, type WorkFolder } from "./work-folder";

/** A disk that was built, in its work folder. */
export interface BuiltDisk {
  readonly work: WorkFolder;
  /** The checkpoint that its build went on from. */
  readonly from: ResumePoint | undefined;
  readonly redaction: Redaction;
  /** Versions of the tools that took part. */
  readonly tools: Readonly<Record<string, string>>;
}

/** What becomes of a disk that was built. */
export interface DiskUse<T> {
  /** The finished image that it is a fork of. @default - the disk is an image's */
  readonly image?: Manifest;
  readonly finish: (built: BuiltDisk) => Promise<T>;
}

/** How often a line says that this build waits for another one, in milliseconds. */
const REMIND_MS = 30_000;

/** Builds the missing image of a request, or waits for the process that builds it. */
export async function buildImage(loaded: LoadedRequest, phases: PhaseLog, signal: AbortSignal): Promise<Manifest> {
  const request = checked(loaded.request);
  const { paths } = loaded;
  phases.enter("preflight");
  const { medium } = request;
  const kickstart = medium.kind === "iso" ? (loaded.files.get(medium.kickstart)?.toString() ?? "") : "";
  checkKickstart(request, kickstart, (line) => phases.log(line));
  const host = await preflight(request, paths, loaded.folder, { say: (line) => phases.log(line), signal });
  requireWholeSecrets(kickstart, request.release.dialect as Dialect, host.secrets);
  phases.log(`${host.accelerator}, ${host.cpus} cpu(s), ${request.recipe.memoryMiB} MiB, ${startOf(request)}`);

  phases.enter("slot");
  const guard = await Guard.start(paths.lock);
  try {
    const lock = await takeImageLock(paths, guard, phases, signal);
    try {
      const found = readOwnImage(paths);
      if (found.kind === "present") return found.manifest;
      if (found.kind === "damaged") phases.log(`put into quarantine, as ${found.reason}: ${quarantine(paths)}`);
      removeAbandoned(paths.store);
      const own = { ...loaded, request };
      return await buildFromCheckpoint(own, host, guard, phases, signal, {
        finish: (built) => verifyAndPublish(own, built, { host, guard, phases, signal }),
      });
    } finally {
      lock.release();
    }
  } finally {
    guard.dismiss();
  }
}

/** Builds from the last checkpoint that there is, and from the next one before it if that cannot be gone on from. */
export async function buildFromCheckpoint<T>(
  loaded: LoadedRequest,
  host: Host,
  guard: Guard,
  phases: PhaseLog,
  signal: AbortSignal,
  use: DiskUse<T>,
): Promise<T> {
  const { store } = loaded.paths;
  const stages = new BuildStages(store, loaded.request, guard.sign, phases, use.image);
  try {
    for (;;) {
      const from = await stages.claim(signal);
      const slot = await takeSlot(loaded.request.recipe.memoryMiB, phases, signal, (file) => guard.remember(file));
      try {
        return await buildInWorkFolder(loaded, host, guard, phases, signal, { stages, from, use });
      } catch (error) {
        if (!(error instanceof UnusableCheckpoint)) throw error;
        const { stage, fingerprint } = error.checkpoint;
        phases.log(`the checkpoint after ${stage} is removed: `, error.message);
        removeCheckpoint(store, fingerprint);
        phases.goBack("prepare");
        stages.release();
      } finally {
        slot.release();
      }
    }
  } finally {
    stages.release();
    limitCheckpoints(store, defaultLimitBytes(store));
  }
}

/** @throws UserError on a request that is not sound */
export function checked(request: BuildRequest): BuildRequest {
  const result = requestSchema.safeParse(request);
  if (!result.success) throw new UserError(`the request is not sound: ${z.prettifyError(result.error)}`);
  return result.data;
}

/** What a build starts from, for its log. */
function startOf({ medium, recipe }: BuildRequest): string {
  return medium.kind === "iso" ? medium.url : `on ${medium.name}/${recipe.base?.slice(0, 12)}`;
}

function takeImageLock(
  paths: ImagePaths,
  { sign }: Guard,
  phases: PhaseLog,
  signal: AbortSignal,
): Promise<ProcessLock> {
  const onWait = ({ pid, since }: LockHolder): void =>
    phases.log(`waits for process ${pid}, which has been building this image since ${since}`);
  return takeLock(paths.lock, { sign, signal, onWait, remindMs: REMIND_MS });
}

async function buildInWorkFolder<T>(
  { request, paths, folder, files }: LoadedRequest,
  host: Host,
  guard: Guard,
  phases: PhaseLog,
  signal: AbortSignal,
  {
    stages,
    from,
    use,
  }: { readonly stages: BuildStages; readonly from: ResumePoint | undefined; readonly use: DiskUse<T> },
): Promise<T> {
  phases.enter("prepare");
  const redaction = new Redaction(host.secrets.map(({ value }) => value));
  phases.hide(redaction);
  const diskFile = `${request.name}.${request.recipe.format}`;
  const work = workFolder(paths, diskFile);
  await guard.watchFolder(work.path);
  let relay: Relay | undefined;
  try {
    const source = await sourceRevision(projectFolder());
    makeWorkFolder(work, withRelease(files, request, { date: new Date(), source }), guard.sign);
    await placeSteps(request, { folder, work, ansible: host.ansible, secrets: host.secrets, signal });
    const template = files.get(request.template)?.toString() ?? "";
    const resumed = from?.chain.at(-1);
    const standsAlone = use.image === undefined;
    const resumption =
      from && (await prepareResumption(from, { store: paths.store, request, template, work, host, standsAlone }));
    if (resumed !== undefined) {
      const { stage, madeAt, madeFor } = resumed;
      phases.log(`${stage}: from the checkpoint of ${madeAt.slice(0, 10)}, made for ${madeFor}`);
    }
    if (!stages.standsForImage(from)) {
      phases.log(
        `the last checkpoint of image ${request.name} is not there: what is done ${resumed === undefined ? "anew" : "again"} ` +
          "may differ from the image in more than the platform's changes",
      );
    }
    const checkpointer =
      stages.stages.length === 0
        ? undefined
        : new Checkpointer({
            stages,
            copier: new DiskCopier(host.qemuImg, diskFile),
            work,
            name: request.name,
            from,
            endsAtReset: request.medium.kind === "iso" && request.medium.boot.kind === "kernel",
            log: (line) => phases.log(line),
          });
    relay = await startRelay(() => phases.enter("provision"));
    const limits = timeLimits(request.settings, host.accelerator);
    const installation = new Installation(request, limits, work, phases, relay, checkpointer, from !== undefined);
    const diagnosis = await installation.run({
      program: host.packer,
      args: ["build", "-color=false", resumption?.template ?? request.template],
      environment: packerEnvironment(request, folder, host, work, relay.port, resumption),
      guard,
      signal,
    });
    if (diagnosis !== undefined) {
      if (resumed !== undefined && !installation.hasLoggedIn) throw new UnusableCheckpoint(resumed, diagnosis.reason);
      throw new BuildFailed(
        `${request.name} ${paths.shortFingerprint}`,
        saveEvidence(
          paths,
          work,
          {
            ...diagnosis,
            phase: phases.current,
            seconds: phases.seconds,
            console: installation.consoleLines(),
          },
          redaction,
        ),
      );
    }
    return await use.finish({ work, from, redaction, tools: installation.tools });
  } catch (error) {
    const at = { phase: phases.current, seconds: phases.seconds };
    if (error instanceof UnsoundDisk) {
      const failure = { ...at, cause: "unsound disk", reason: error.message, console: [] };
      throw new BuildFailed(request.name, saveEvidence(paths, work, failure, redaction));
    }
    if (error instanceof DoesNotStart) {
      const failure = { ...at, ...error.diagnosis, console: error.console };
      throw new BuildFailed(request.name, saveEvidence(paths, { ...work, ...error.machine }, failure, redaction));
    }
    throw error;
  } finally {
    relay?.close();
    rmSync(work.path, { recursive: true, force: true });
  }
}

/** Makes the disk that was built an image of the store. */
async function verifyAndPublish(
  { request, paths }: LoadedRequest,
  { work, from, redaction, tools }: BuiltDisk,
  {
    host,
    guard,
    phases,
    signal,
  }: Pick<BootProofOptions, "guard" | "signal"> & { readonly host: Host; readonly phases: PhaseLog },
): Promise<Manifest> {
  phases.enter("verify");
  const timeoutSeconds = timeLimits(request.settings, host.accelerator).loginSeconds;
  const disk = await verify(request, { host, work, guard, timeoutSeconds, signal }, (line) => phases.log(line));
  signal.throwIfAborted();
  phases.enter("publish");
  const manifest = manifestOf(request, disk, host, phases, tools, stagesIn(request, from));
  const contents = writeContents(request, work, manifest, (line) => phases.log(line));
  return publish(paths, work, manifest, { redaction, contents });
}

/** Checks and hashes the disk, and starts it once meanwhile if that was asked for. */
async function verify(
  { recipe, settings }: BuildRequest,
  options: Omit<BootProofOptions, "recipe">,
  log: (line: string) => void,
): Promise<Manifest["disk"]> {
  const { host, work } = options;
  const disk = verifyDisk(host.qemuImg, work.disk, basename(work.disk), recipe);
  if (settings.proof === "none") return disk;
  const stop = new AbortController();
  const proof = proveBoot({ ...options, recipe, signal: AbortSignal.any([options.signal, stop.signal]) });
  try {
    const [checked, sign] = await Promise.all([disk, proof]);
    log(`it starts: ${sign}`);
    return checked;
  } catch (error) {
    stop.abort();
    await Promise.allSettled([disk, proof]);
    throw error;
  }
}

/** Writes what the guest told of what is in it, for people and for other programs; gives the files. */
function writeContents(
  { login, sealSteps }: BuildRequest,
  work: WorkFolder,
  manifest: Manifest,
  log: (line: string) => void,
): string[] {
  if (!sealSteps.includes("contents")) return [];
  const { contents, remarks } = readGuestContents(work.contents, login.kind !== "none");
  for (const remark of remarks) log(remark);
  if (contents === undefined) return [];
  const files = {
    [CONTENTS_FILE]: `${JSON.stringify(contents, null, 1)}\n`,
    [BOM_FILE]: billOfMaterials(contents, manifest),
  };
  return Object.entries(files).map(([name, text]) => {
    const file = join(work.path, name);
    writeFileSync(file, text);
    return file;
  });
}

/** The stages of an image, and which of them this build has taken from checkpoints. */
function stagesIn({ recipe }: BuildRequest, from: ResumePoint | undefined): NonNullable<Manifest["stages"]> {
  const last = from?.chain.at(-1);
  return stagesOf(recipe).map(({ name, fingerprint }, index) => {
    if (from === undefined || last === undefined || index > from.index) return { name, fingerprint };
    const { madeAt, madeFor } = from.chain.find((one) => one.fingerprint === fingerprint) ?? last;
    return { name, fingerprint, checkpoint: { madeAt, madeFor } };
  });
}

/** What the image was made from. */
function sourceOf({ medium, recipe, release: { title: release } }: BuildRequest, { base }: Host): Manifest["source"] {
  if (medium.kind === "iso") return { iso: medium.url, isoChecksum: recipe.isoChecksum ?? "", release };
  return { base: { name: medium.name, fingerprint: recipe.base ?? "", sha256: base?.sha256 ?? "" }, release };
}

function manifestOf(
  request: BuildRequest,
  disk: Manifest["disk"],
  host: Host,
  phases: PhaseLog,
  tools: Readonly<Record<string, string>>,
  stages: NonNullable<Manifest["stages"]>,
): Manifest {
  return {
    manifestVersion: MANIFEST_VERSION,
    name: request.name,
    fingerprint: request.fingerprint,
    recipeVersion: request.recipe.recipeVersion,
    revision: request.recipe.revision,
    createdAt: new Date().toISOString(),
    firmware: request.recipe.firmware,
    disk,
    source: sourceOf(request, host),
    build: {
      seconds: Math.round(phases.seconds * 1000) / 1000,
      accelerator: host.accelerator,
      phases: phases.times(),
      tools: { ...tools },
    },
    stages,
  };
}
