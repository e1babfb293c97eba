import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../util/user-error";
import { manifestSchema } from "../store/manifest";
import { sha256OfFile } from "../util/digest";

/** `machine.json`: which image a machine's overlay lies on. */
export interface MachineRecord {
  readonly fingerprint: string;
  /** sha256 of the image's disk when the overlay was made: an overlay on any other disk is corrupt. */
  readonly baseSha256: string;
}

const RECORD = "machine.json";

/** The image that a machine is made from. */
export interface Base {
  readonly name: string;
  readonly fingerprint: string;
  readonly format: string;
  /** sha256 of the disk. */
  readonly sha256: string;
}

/**
 * What is known of the image that a machine is made from: by its manifest, or, if it was made elsewhere, by its disk.
 * @throws UserError that says how to get the image back if it or its disk is missing
 */
export async function readBase({ image, manifest: manifestFile, format, fingerprint }: BaseOptions): Promise<Base> {
  const name = basename(image).replace(/\.[^.]*$/, "");
  if (manifestFile === "") {
    if (!existsSync(image)) throw new UserError(`${image} is missing: put the image there, or write its path`, 1);
    return { name, fingerprint: fingerprint ?? "", format: format ?? "raw", sha256: await sha256OfFile(image) };
  }
  for (const file of [manifestFile, image]) {
    if (existsSync(file)) continue;
    throw new UserError(`${file} is missing: run \`npx os-images deploy ${name}\`, which builds the image again`, 1);
  }
  const { disk, ...manifest } = manifestSchema.parse(JSON.parse(readFileSync(manifestFile, "utf8")));
  return { name: manifest.name, fingerprint: manifest.fingerprint, format: disk.format, sha256: disk.sha256 };
}

interface BaseOptions {
  readonly image: string;
  readonly manifest: string;
  readonly format?: string;
  readonly fingerprint?: string;
}

/**
 * Makes the machine's folder ready for an overlay on the image; a machine of another image is replaced. Says whether
 * the overlay is there already.
 * @throws UserError where the disk under the machine's overlay was changed
 */
export function prepareFolder(folder: string, base: Base): { readonly hasOverlay: boolean } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const record = readRecord(folder);
  if (record?.fingerprint === base.fingerprint && existsSync(overlayOf(folder))) {
    if (record.baseSha256 === base.sha256) return { hasOverlay: true };
    throw new UserError(
      `the image under ${overlayOf(folder)} is another one (sha256 ${base.sha256}, was ${record.baseSha256}): ` +
        `the machine cannot go on from it; remove ${folder} to make it anew`,
      1,
    );
  }
  rmSync(overlayOf(folder), { force: true });
  const next: MachineRecord = { fingerprint: base.fingerprint, baseSha256: base.sha256 };
  writeFileSync(join(folder, RECORD), `${JSON.stringify(next, undefined, 2)}\n`);
  return { hasOverlay: false };
}

/** The machine's own disk. */
export function overlayOf(folder: string): string {
  return join(folder, "overlay.qcow2");
}

/**
 * The machine's own UEFI variables, as fresh ones if its disk is a fresh overlay: an image starts by the fallback path
 * of its ESP (UEFI specification, 3.5.1.1), and needs no boot entry of the machine that built it.
 */
export function ownVariables(folder: string, template: string, hasOverlay: boolean): string {
  const own = join(folder, "efivars.fd");
  const size = statSync(own, { throwIfNoEntry: false })?.size;
  // Variables fit firmware of one size alone, and an upgrade of the host's may bring another.
  if (!hasOverlay || size !== statSync(template).size) {
    copyFileSync(template, own);
    chmodSync(own, 0o600);
  }
  return own;
}

/** Removes a machine. A folder that is no machine's is left alone. */
export function removeMachine(folder: string): number {
  if (readRecord(folder) === undefined) return 0;
  rmSync(folder, { recursive: true });
  process.stdout.write(`machine ${basename(folder)} removed from ${dirname(folder)}\n`);
  return 0;
}

function readRecord(folder: string): MachineRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, RECORD), "utf8")) as MachineRecord;
  } catch {
    return undefined;
  }
}
