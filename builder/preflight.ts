import { existsSync, mkdirSync } from "node:fs";
import type { BuildRequest } from "../recipe/request";
import { UserError } from "../util/user-error";
import { listCheckpoints } from "../store/checkpoints";
import { freeBytes, requireLocalStore } from "../store/file-system";
import { limitCheckpoints } from "../store/gc-remove";
import type { ImagePaths } from "../store/layout";
import { requireAnsible } from "../host/ansible";
import { requireTool } from "../host/find";
import { requireFirmware, type Firmware } from "../host/firmware";
import { chooseAccelerator, cpusUnder, type Accelerator } from "../host/accelerator";
import { type Base, requireBase } from "./base";
import type { FetchOptions } from "./fetch-medium";
import { requireMedium } from "./medium";
import { readSecrets, type SecretValue } from "./secrets";
import { userPath } from "./request-files";

/** What a build needs to know of its host, found out before anything is started. */
export interface Host {
  readonly packer: string;
  readonly qemu: string;
  readonly qemuImg: string;
  readonly accelerator: Accelerator;
  /** How many the guest gets. */
  readonly cpus: number;
  /** The installer's medium, or the disk of the image that is built on: an absolute path. */
  readonly medium: string;
  /** The image that is built on, if there is one. */
  readonly base?: Base;
  /** Absent for BIOS machines. */
  readonly firmware?: Firmware;
  readonly secrets: readonly SecretValue[];
  /** Path of ansible-playbook, if a playbook is to be run. */
  readonly ansible?: string;
}

/**
 * Checks everything that can be known before Packer starts.
 * @throws UserError for the first thing that is wrong
 */
export async function preflight(
  request: BuildRequest,
  paths: ImagePaths,
  requestFolder: string,
  options: FetchOptions,
): Promise<Host> {
  const packer = requireTool("packer").path;
  const qemu = requireTool("qemu-system-x86_64").path;
  const qemuImg = requireTool("qemu-img").path;
  const hasPlaybook = request.provisioners.some((step) => typeof step === "object" && "folder" in step);
  const ansible = hasPlaybook ? requireAnsible() : undefined;
  const { firmware: kind, machineType } = request.recipe;
  const firmware = kind === "uefi" ? requireFirmware(machineType, { qemu }) : undefined;
  requireLocalStore(paths.store);
  mkdirSync(paths.work, { recursive: true });
  requireSpace(request, paths, options.say);
  const secrets = readSecrets(request, requestFolder);
  requireLoginFile(request, requestFolder);
  const start = await requireStart(request, requestFolder, qemuImg, options);
  const accelerator = await chooseAccelerator(request.settings.accelerator, qemu);
  const { cpus } = request.settings;
  return {
    packer,
    qemu,
    qemuImg,
    accelerator,
    ...start,
    cpus: cpus === "auto" ? cpusUnder(accelerator) : cpus,
    ...(firmware !== undefined && { firmware }),
    secrets,
    ...(ansible !== undefined && { ansible }),
  };
}

async function requireStart(
  { medium, recipe }: BuildRequest,
  requestFolder: string,
  qemuImg: string,
  options: FetchOptions,
): Promise<Pick<Host, "medium" | "base">> {
  if (medium.kind === "iso") {
    return { medium: await requireMedium(medium.url, recipe.isoChecksum ?? "", requestFolder, options) };
  }
  const base = await requireBase(medium, recipe, requestFolder, qemuImg);
  return { medium: base.disk.path, base };
}

/**
 * A fifth of the disk's size, and 512 MiB, have to be free: an installed system fills its disk only in part. Checkpoints
 * make room, those used least recently first.
 */
function requireSpace({ recipe }: BuildRequest, { store, name }: ImagePaths, say: FetchOptions["say"]): void {
  const mib = 1024 * 1024;
  const needed = recipe.diskMiB / 5 + 512;
  const missing = needed * mib - freeBytes(store);
  if (missing > 0) {
    const taken = listCheckpoints(store).reduce((sum, { bytes }) => sum + bytes, 0);
    const gone = limitCheckpoints(store, taken - missing);
    if (gone > 0) say(`${gone} checkpoint(s) were removed to make room`);
  }
  const free = Math.floor(freeBytes(store) / mib);
  if (free < needed) {
    throw new UserError(
      `no space for the image ${name}: ${store} has ${free} MiB free, and a disk of ${recipe.diskMiB} MiB needs ` +
        `${Math.ceil(needed)}; make room, for instance by: os-images gc`,
      1,
    );
  }
}

function requireLoginFile({ login }: BuildRequest, requestFolder: string): void {
  if (login.kind !== "privateKey") return;
  const file = userPath(login.file, requestFolder);
  if (!existsSync(file)) throw new UserError(`the private key of Login.privateKey() is not there: ${file}`);
}
