import { rmSync } from "node:fs";
import { z } from "zod";
import { requestSchema, type BuildRequest } from "../recipe/request";
import { UserError } from "../util/user-error";
import { lookAt } from "../store/image";
import { newLockId, takeLock, type Lock, type LockHolder } from "../store/lock";
import type { ImagePaths } from "../store/layout";
import type { Manifest } from "../store/manifest";
import { checkKickstart } from "./check-kickstart";
import { BuildFailed, keepEvidence } from "./failure";
import { Guard } from "./guard";
import { Installation } from "./installation";
import { packerEnvironment } from "./packer-environment";
import type { Phases } from "./phases";
import { preflight, type Host } from "./preflight";
import { publish } from "./publish";
import { Redaction } from "./redaction";
import { startRelay, type Relay } from "./relay";
import type { LoadedRequest } from "./request-files";
import { takeSlot } from "./slots";
import { UnsoundDisk, verifyDisk } from "./verify-disk";
import { removeLeftovers } from "../store/leftovers";
import { makeWorkFolder, workFolder } from "./work-folder";
import { setAside } from "../store/set-aside";

/** How often a line says that this build waits for another one, in seconds. */
const TELL_SECONDS = 30;

/** Builds the image of a request that is not there yet, or waits for whoever builds it. */
export async function buildImage(loaded: LoadedRequest, phases: Phases, signal: AbortSignal): Promise<Manifest> {
  const request = checked(loaded.request);
  const { paths } = loaded;
  phases.enter("preflight");
  checkKickstart(request, loaded.files.get(request.kickstart)?.toString() ?? "", (line) => phases.say(line));
  const host = await preflight(request, paths, loaded.folder, { say: (line) => phases.say(line), signal });
  phases.say(`${host.accelerator}, ${host.cpus} cpu(s), ${request.recipe.memoryMiB} MiB, ${request.isoUrl}`);

  phases.enter("slot");
  const id = newLockId();
  const guard = await Guard.start(paths.lock, id);
  try {
    const lock = await takeImageLock(paths, id, phases, signal);
    try {
      const found = lookAt(paths);
      if (found.kind === "there") return found.manifest;
      if (found.kind === "damaged") phases.say(`moved aside, as ${found.reason}: ${setAside(paths)}`);
      removeLeftovers(paths.store);
      const slot = await takeSlot(request.recipe.memoryMiB, phases, signal, (file) => guard.remember(file));
      try {
        return await buildHeld({ ...loaded, request }, host, guard, phases, signal);
      } finally {
        slot.release();
      }
    } finally {
      lock.release();
    }
  } finally {
    guard.dismiss();
  }
}

function checked(request: BuildRequest): BuildRequest {
  const result = requestSchema.safeParse(request);
  if (!result.success) throw new UserError(`the request is not sound: ${z.prettifyError(result.error)}`);
  return result.data;
}

function takeImageLock(paths: ImagePaths, id: string, phases: Phases, signal: AbortSignal): Promise<Lock> {
  let told = -Infinity;
  const onWait = ({ pid, since }: LockHolder): void => {
    if (phases.seconds - told < TELL_SECONDS) return;
    told = phases.seconds;
    phases.say(`waits for process ${pid}, which has been building this image since ${since}`);
  };
  return takeLock(paths.lock, { id, signal, onWait });
}

async function buildHeld(
  { request, paths, folder, files }: LoadedRequest,
  host: Host,
  guard: Guard,
  phases: Phases,
  signal: AbortSignal,
): Promise<Manifest> {
  phases.enter("prepare");
  const redaction = new Redaction(host.secrets.map(({ value }) => value));
  phases.hide(redaction);
  const diskFile = `${request.name}.${request.recipe.format}`;
  const work = workFolder(paths, diskFile);
  await guard.watchFolder(work.path);
  let relay: Relay | undefined;
  try {
    makeWorkFolder(work, files);
    relay = await startRelay(() => phases.enter("provision"));
    const installation = new Installation(request, work, phases, relay);
    const verdict = await installation.run({
      packer: host.packer,
      args: ["build", "-color=false", request.template],
      environment: packerEnvironment(request, folder, host, work, relay.port),
      guard,
      signal,
    });
    if (verdict !== undefined) {
      throw new BuildFailed(
        `${request.name} ${paths.shortFingerprint}`,
        keepEvidence(
          paths,
          work,
          {
            ...verdict,
            state: phases.current,
            seconds: phases.seconds,
            console: installation.consoleTail(15),
          },
          redaction,
        ),
      );
    }
    phases.enter("verify");
    const disk = await verifyDisk(host.qemuImg, work.disk, diskFile, request.recipe);
    signal.throwIfAborted();
    phases.enter("publish");
    const manifest = manifestOf(request, disk, host, phases, installation.tools);
    publish(paths, work, manifest, redaction);
    return manifest;
  } catch (error) {
    if (!(error instanceof UnsoundDisk)) throw error;
    const failure = { cause: "unsound disk", reason: error.message, state: phases.current, seconds: phases.seconds };
    throw new BuildFailed(request.name, keepEvidence(paths, work, { ...failure, console: [] }, redaction));
  } finally {
    relay?.close();
    rmSync(work.path, { recursive: true, force: true });
  }
}

function manifestOf(
  request: BuildRequest,
  disk: Manifest["disk"],
  host: Host,
  phases: Phases,
  tools: Readonly<Record<string, string>>,
): Manifest {
  return {
    name: request.name,
    fingerprint: request.fingerprint,
    recipeVersion: request.recipe.recipeVersion,
    revision: request.recipe.revision,
    createdAt: new Date().toISOString(),
    disk,
    source: { iso: request.isoUrl, isoChecksum: request.recipe.isoChecksum, release: request.release.title },
    build: {
      seconds: Math.round(phases.seconds * 1000) / 1000,
      accelerator: host.accelerator,
      phases: phases.list(),
      tools: { ...tools },
    },
    exports: [],
  };
}
