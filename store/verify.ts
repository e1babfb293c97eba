import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../util/user-error";
import { sha256OfFile } from "../util/digest";
import { isLock, tryLock } from "../util/process-lock.js";
import type { StoredExport } from "./exports";
import { type DescribedFile, quarantine } from "./image";
import { BOM_FILE, CONTENTS_FILE, REQUESTS_FOLDER } from "./layout";
import { isOurs, type StoredImage } from "./list";
import type { Manifest } from "./manifest";
import { overlaysOn } from "./overlays";
import { processReasons, processUse } from "./usage";

/** The formats that `qemu-img check` knows: https://www.qemu.org/docs/master/tools/qemu-img.html */
const CHECKED_FORMATS: readonly string[] = ["qcow2", "qed", "parallels", "vdi", "vhdx", "vmdk"];

/** `qemu-img check`'s exit code for a damaged structure; leaked clusters (3) are no damage. */
const STRUCTURE_DAMAGED = 2;

/** What was found out about one image or export. */
export type Verdict =
  | { readonly kind: "sound" }
  /** Of another version of this program, which alone may judge it. */
  | { readonly kind: "foreign"; readonly reason: string }
  | {
      readonly kind: "damaged";
      readonly reason: string;
      /** Where it was moved to. */
      readonly movedTo?: string;
      /** Why it was not moved. */
      readonly leftBecause?: string;
    };

export interface VerifyOptions {
  /** Path of qemu-img; without it, structures are not checked. */
  readonly qemuImg?: string;
  /** Reports damage without moving anything. */
  readonly dryRun?: boolean;
  /** Folders of machines, see `overlaysOn`. */
  readonly machines?: readonly string[];
  /** Called with the number of bytes read since the last call. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Reads an image's disk, or an export's files, again and compares them with the manifest. What is damaged goes into
 * quarantine, so that the next deploy makes it again, unless a build, an overlay or a process uses it.
 * @throws UserError if a file cannot be read for a reason that is no damage
 */
export async function verifyImage(image: StoredImage | StoredExport, options: VerifyOptions = {}): Promise<Verdict> {
  if (image.state === "foreign") return { kind: "foreign", reason: image.reason ?? "" };
  const reason = await damageOf(image, options);
  if (reason === undefined) return { kind: "sound" };
  const leftBecause = reasonToLeave(image, options.machines ?? []);
  if (leftBecause !== undefined) return { kind: "damaged", reason, leftBecause };
  if (options.dryRun) return { kind: "damaged", reason };
  const lock = tryLock(image.paths.lock);
  if (!isLock(lock)) return { kind: "damaged", reason, leftBecause: builtBy(lock.pid) };
  try {
    const movedTo = quarantine(image.paths);
    // Terraform writes a request anew that is gone, and only then runs the builder again.
    rmSync(join(image.paths.image, REQUESTS_FOLDER), { recursive: true, force: true });
    return { kind: "damaged", reason, movedTo };
  } finally {
    lock.release();
  }
}

async function damageOf({ state, reason, manifest, paths }: StoredImage | StoredExport, options: VerifyOptions) {
  if (state !== "ok" || manifest === undefined) return reason ?? "its manifest.json is not sound";
  for (const described of "disk" in manifest ? [...contentsOf(manifest), manifest.disk] : manifest.files) {
    const damage = await damageOfFile(join(paths.image, described.file), described, options);
    if (damage !== undefined) return damage;
  }
  if (!("disk" in manifest) || options.qemuImg === undefined) return undefined;
  return structureDamage(options.qemuImg, join(paths.image, manifest.disk.file), manifest.disk);
}

/** The files that say what is in an image; logs are not compared. */
function contentsOf({ files = [] }: Manifest): DescribedFile[] {
  const told = files.filter(({ path }) => path === CONTENTS_FILE || path === BOM_FILE);
  return told.map(({ path: file, ...rest }) => ({ file, ...rest }));
}

async function damageOfFile(path: string, { file, sha256 }: DescribedFile, { onBytes }: VerifyOptions) {
  try {
    const digest = await sha256OfFile(path, onBytes);
    return digest === sha256 ? undefined : `${file} has the sha256 ${digest}, not ${sha256}`;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EIO" || code === "ENOENT") return `${file} cannot be read (${code})`;
    throw new UserError(`${path} cannot be read (${code}): run as the user whose store it is`, 1);
  }
}

function structureDamage(qemuImg: string, file: string, disk: Manifest["disk"]): Promise<string | undefined> {
  if (!CHECKED_FORMATS.includes(disk.format)) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    execFile(qemuImg, ["check", "-q", "-U", "-f", disk.format, file], (error, stdout, stderr) => {
      if (error === null || error.code !== STRUCTURE_DAMAGED) return resolve(undefined);
      const [line = ""] = `${stdout}${stderr}`.trim().split("\n");
      resolve(`${disk.file}: its structure is damaged: ${line}`);
    });
  });
}

function reasonToLeave({ paths }: StoredImage | StoredExport, machines: readonly string[]): string | undefined {
  const overlays = overlaysOn(paths, machines).map((overlay) => `the overlay ${overlay} lies on it`);
  const doubts = isOurs(paths) ? [] : ["nothing in it shows that os-images made it"];
  return [...processReasons(paths.image, processUse(paths.image)), ...overlays, ...doubts][0];
}

function builtBy(pid: number): string {
  return `process ${pid} is building it`;
}
