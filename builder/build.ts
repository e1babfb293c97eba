import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { requestSchema, type BuildRequest } from "../recipe/request";
import { UserError } from "../recipe/user-error";
import { lookAt } from "../store/image";
import { isLock, newLockId, tryLock, type Lock } from "../store/lock";
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
    const lock = await takeLock(paths, id, phases, signal);
    try {
      const found = lookAt(paths);
      if (found.kind === "there") return found.manifest;
      if (found.kind === "damaged") phases.say(`moved aside, as ${found.reason}: ${setAside(paths)}`);
      removeLeftovers(paths);
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

async function takeLock(paths: ImagePaths, id: string, phases: Phases, signal: AbortSignal): Promise<Lock> {
  for (let told = -Infinity; ; await sleep(250)) {
    signal.throwIfAborted();
    const result = tryLock(paths.lock, undefined, id);
    if (isLock(result)) return result;
    if (phases.seconds - told >= 30) {
      phases.say(`waits for process ${result.pid}, which has been building this image since ${result.since}`);
      told = phases.seconds;
    }
  }
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
