import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { requestSchema, type BuildRequest } from "../recipe/request";
import { UserError } from "../recipe/user-error";
import { freeBytes, requireLocalStore } from "../store/file-system";
import { lookAt } from "../store/image";
import { isLock, tryLock, type Lock } from "../store/lock";
import type { ImagePaths } from "../store/layout";
import type { Manifest } from "../store/manifest";
import { chooseAccelerator, type Accelerator } from "./accelerator";
import { checkKickstart } from "./check-kickstart";
import { deviceConfig, NETWORK_BACKEND } from "./devices";
import { BuildFailed, keepEvidence } from "./failure";
import { Guard } from "./guard";
import { Installation } from "./installation";
import { makeKeyPair } from "./key-pair";
import { requireMedium } from "./medium";
import type { Phases } from "./phases";
import { publish } from "./publish";
import { startRelay } from "./relay";
import type { LoadedRequest } from "./request-files";
import { readSecrets, type SecretValue } from "./secrets";
import { takeSlot, type Slot } from "./slots";
import { cacheDir } from "../tools/cache";
import { toolEnvironment } from "../tools/environment";
import { requireTool } from "../tools/find";
import { UnsoundDisk, verifyDisk } from "./verify-disk";
import { makeWorkFolder, type WorkFolder } from "./work-folder";
import { removeLeftovers } from "../store/leftovers";
import { setAside } from "../store/set-aside";

/** What a build needs to know of its host, found out before anything is started. */
interface Host {
  readonly packer: string;
  readonly qemu: string;
  readonly qemuImg: string;
  readonly accelerator: Accelerator;
  readonly secrets: readonly SecretValue[];
}

/** Builds the image of a request that is not there yet, or waits for whoever builds it. */
export async function buildImage(loaded: LoadedRequest, phases: Phases, signal: AbortSignal): Promise<Manifest> {
  const request = checked(loaded.request);
  const { paths } = loaded;
  phases.enter("preflight");
  checkKickstart(request, loaded.files.get(request.kickstart)?.toString() ?? "", (line) => phases.say(line));
  const host = await preflight(request, paths);
  phases.say(
    `${host.accelerator}, ${request.settings.cpus} cpu(s), ${request.recipe.memoryMiB} MiB, ${request.isoUrl}`,
  );

  phases.enter("slot");
  const lock = await takeLock(paths, phases, signal);
  try {
    const found = lookAt(paths);
    if (found.kind === "there") return found.manifest;
    if (found.kind === "damaged") phases.say(`moved aside, as ${found.reason}: ${setAside(paths)}`);
    removeLeftovers(paths);
    const slot = await takeSlot(request.recipe.memoryMiB, phases, signal);
    try {
      return await buildHeld({ ...loaded, request }, host, { lock, slot }, phases, signal);
    } finally {
      slot.release();
    }
  } finally {
    lock.release();
  }
}

function checked(request: BuildRequest): BuildRequest {
  const result = requestSchema.safeParse(request);
  if (!result.success) throw new UserError(`the request is not sound: ${z.prettifyError(result.error)}`);
  return result.data;
}

async function preflight(request: BuildRequest, paths: ImagePaths): Promise<Host> {
  const packer = requireTool("packer").path;
  const qemu = requireTool("qemu-system-x86_64").path;
  const qemuImg = requireTool("qemu-img").path;
  requireLocalStore(paths.store);
  mkdirSync(paths.work, { recursive: true });
  requireSpace(request, paths);
  const secrets = readSecrets(request);
  await requireMedium(request.isoUrl, request.recipe.isoChecksum);
  const accelerator = await chooseAccelerator(request.settings.accelerator, qemu);
  return { packer, qemu, qemuImg, accelerator, secrets };
}

/** A fifth of the disk's size, and 512 MiB, have to be free: an installed system fills its disk only in part. */
function requireSpace({ recipe }: BuildRequest, { store, name }: ImagePaths): void {
  const needed = recipe.diskMiB / 5 + 512;
  const free = Math.floor(freeBytes(store) / 1024 / 1024);
  if (free < needed) {
    throw new UserError(
      `no space for the image ${name}: ${store} has ${free} MiB free, and a disk of ${recipe.diskMiB} MiB needs ` +
        `${Math.ceil(needed)}; make room, for instance by: os-images gc`,
      1,
    );
  }
}

async function takeLock(paths: ImagePaths, phases: Phases, signal: AbortSignal): Promise<Lock> {
  for (let told = -Infinity; ; await sleep(250)) {
    signal.throwIfAborted();
    const result = tryLock(paths.lock);
    if (isLock(result)) return result;
    if (phases.seconds - told >= 30) {
      phases.say(`waits for process ${result.pid}, which has been building this image since ${result.since}`);
      told = phases.seconds;
    }
  }
}

async function buildHeld(
  { request, paths, files }: LoadedRequest,
  host: Host,
  held: { readonly lock: Lock; readonly slot: Slot },
  phases: Phases,
  signal: AbortSignal,
): Promise<Manifest> {
  phases.enter("prepare");
  const diskFile = `${request.name}.${request.recipe.format}`;
  const work = makeWorkFolder(paths, diskFile, files);
  const guard = Guard.start(work.path, paths.lock, held.lock.holder);
  await guard.remember(held.slot.file);
  const relay = await startRelay(() => phases.enter("provision"));
  try {
    const installation = new Installation(request, work, phases, relay);
    const verdict = await installation.run({
      packer: host.packer,
      args: ["build", "-color=false", request.template],
      environment: { ...environment(request, host, work, relay.port) },
      guard,
      signal,
    });
    if (verdict !== undefined) {
      throw new BuildFailed(
        `${request.name} ${paths.shortFingerprint}`,
        keepEvidence(paths, work, {
          ...verdict,
          state: phases.current,
          seconds: phases.seconds,
          console: installation.consoleTail(15),
        }),
      );
    }
    phases.enter("verify");
    const disk = await verifyDisk(host.qemuImg, work.disk, diskFile, request.recipe);
    signal.throwIfAborted();
    phases.enter("publish");
    const manifest = manifestOf(request, disk, host, phases, installation.tools);
    publish(paths, work, manifest);
    return manifest;
  } catch (error) {
    if (!(error instanceof UnsoundDisk)) throw error;
    const failure = { cause: "unsound disk", reason: error.message, state: phases.current, seconds: phases.seconds };
    throw new BuildFailed(request.name, keepEvidence(paths, work, { ...failure, console: [] }));
  } finally {
    relay.close();
    rmSync(work.path, { recursive: true, force: true });
    guard.dismiss();
  }
}

/** Packer's environment. What is secret goes this way only, never on a command line. */
function environment(request: BuildRequest, host: Host, work: WorkFolder, relayPort: number): NodeJS.ProcessEnv {
  const variables: Record<string, string> = {
    accelerator: host.accelerator,
    cpus: String(request.settings.cpus),
    headless: "true",
    qemu_binary: host.qemu,
    qemuargs: JSON.stringify(qemuArguments(work)),
    iso_url: /^https?:/.test(request.isoUrl) ? request.isoUrl : resolve(request.isoUrl.replace(/^file:\/\//, "")),
    output_directory: relative(work.recipe, work.output),
    vnc_use_password: "true",
    http_path: `${randomBytes(16).toString("hex")}/`,
    skip_nat_mapping: "true",
    ssh_port: String(relayPort),
    ...loginVariables(request, work),
  };
  for (const { name, value } of host.secrets) variables[`secret_${name}`] = value;
  const named = Object.entries(variables).map(([name, value]) => [`PKR_VAR_${name}`, value]);
  return {
    ...process.env,
    ...toolEnvironment(),
    ...(Object.fromEntries(named) as Record<string, string>),
    TMPDIR: relative(work.recipe, work.temporary),
    PACKER_CACHE_DIR: join(cacheDir(), "packer"),
    PACKER_CONFIG_DIR: work.temporary,
    PACKER_LOG: "1",
    PACKER_LOG_PATH: work.packerLog,
    CHECKPOINT_DISABLE: "1",
  };
}

/**
 * The plugin forwards SSH on all interfaces, whatever it is told. A backend of the same name takes the place of its own;
 * the forward is then added on the loopback interface, over the monitor.
 */
function qemuArguments(work: WorkFolder): string[][] {
  const file = join(work.path, "devices.cfg");
  writeFileSync(file, deviceConfig());
  return [
    ["-netdev", `user,id=${NETWORK_BACKEND}`],
    ["-readconfig", relative(work.recipe, file)],
  ];
}

function loginVariables({ name, login }: BuildRequest, work: WorkFolder): Record<string, string> {
  if (login.kind === "privateKey") return { ssh_private_key_file: resolve(login.file) };
  if (login.kind !== "buildKey") return {};
  const { publicKey, privateKey } = makeKeyPair(`os-images-build-of-${name}`);
  const file = join(work.path, "build-key.pem");
  writeFileSync(file, privateKey, { mode: 0o600 });
  return { ssh_public_key: publicKey, ssh_private_key_file: file };
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
