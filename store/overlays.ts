import { closeSync, existsSync, lstatSync, openSync, readdirSync, readSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { asHostError, makeFolder } from "../host/file-error";
import { sha256 } from "../util/digest";
import { readJson } from "../util/json-file";
import { UserError } from "../util/user-error";
import { writeWhole } from "../util/whole-file";
import { USERS_FOLDER, type ImagePaths } from "./layout";

/** `users/<id>.json` in an image's folder: an overlay that lies on the image's disk. */
const userSchema = z.looseObject({ overlay: z.string() });

/** `machine.json` of a machine's folder: see machine/folder.ts. */
const machineSchema = z.looseObject({ fingerprint: z.string() });

/**
 * Notes an overlay on an image's disk in the image's folder, so that gc does not remove the image. The entry counts as
 * long as the overlay exists and lies on that disk. Registering it again changes nothing.
 * @throws UserError if the store cannot be written
 */
export function registerOverlay(imageFolder: string, overlay: string): void {
  const file = resolve(overlay);
  const folder = join(imageFolder, USERS_FOLDER);
  const entry = join(folder, `${sha256(file).slice(0, 12)}.json`);
  if (existsSync(entry)) return;
  try {
    makeFolder(folder);
    writeWhole(entry, `${JSON.stringify({ overlay: file })}\n`);
  } catch (error) {
    const reason = asHostError(error, folder);
    if (!(reason instanceof UserError)) throw error;
    throw new UserError(
      `the overlay ${file} cannot be registered with its image, and gc would not know of it: ${reason.message}`,
      1,
    );
  }
}

/**
 * The overlays that depend on an image: those registered with it, and those in folders of machines (`<machines>/<name>/`,
 * every qcow2 in it, and `overlay.qcow2` by the fingerprint in its machine.json).
 */
export function overlaysOn({ image, shortFingerprint }: ImagePaths, machines: readonly string[]): string[] {
  const folder = `${realPath(image)}/`;
  const liesOn = (overlay: string): boolean => backingChain(overlay).some((disk) => disk.startsWith(folder));
  const registered = namesIn(join(image, USERS_FOLDER))
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => userSchema.safeParse(readJson(join(image, USERS_FOLDER, name))).data?.overlay ?? [])
    .filter((overlay) => existsSync(overlay) && (liesOn(overlay) || backingChain(overlay).length === 0));
  const found = machines
    .flatMap((parent) => namesIn(parent).map((name) => join(resolve(parent), name)))
    .flatMap((machine) => {
      const record = machineSchema.safeParse(readJson(join(machine, "machine.json"))).data;
      const recorded = record !== undefined && record.fingerprint.startsWith(shortFingerprint);
      return namesIn(machine)
        .filter((name) => name.endsWith(".qcow2"))
        .map((name) => join(machine, name))
        .filter((overlay) => liesOn(overlay) || (recorded && overlay.endsWith("/overlay.qcow2")));
    });
  return [...new Set([...registered, ...found])];
}

function namesIn(folder: string): string[] {
  return existsSync(folder) && lstatSync(realPath(folder)).isDirectory() ? readdirSync(folder).sort() : [];
}

/** Longest chain of overlays that is followed. */
const MAX_DEPTH = 32;

/**
 * The disks that an overlay lies on, nearest first, as real paths if they exist. Empty for a file that is no qcow2, or
 * one that lies on nothing.
 */
function backingChain(overlay: string): string[] {
  const chain: string[] = [];
  for (let file = overlay; chain.length < MAX_DEPTH;) {
    const next = backingFile(file);
    if (next === undefined || chain.includes(next)) break;
    chain.push(next);
    file = next;
  }
  return chain;
}

/** A path with its links resolved as far as it exists. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), path.slice(parent.length));
  }
}

/**
 * Reads the name out of a qcow2 header: magic, then at byte 8 where the name is (64 bits) and at byte 16 how long it is
 * (32 bits), big-endian: https://www.qemu.org/docs/master/interop/qcow2.html
 */
function backingFile(overlay: string): string | undefined {
  const header = bytesOf(overlay, 0, 20);
  if (header?.toString("latin1", 0, 4) !== "QFI\xfb") return undefined;
  const length = header.readUInt32BE(16);
  const offset = Number(header.readBigUInt64BE(8));
  if (offset === 0 || length === 0 || length > 1023) return undefined;
  const name = bytesOf(overlay, offset, length)?.toString("utf8");
  return name === undefined ? undefined : realPath(resolve(dirname(realPath(overlay)), fileOf(name)));
}

/** The file in QEMU's ways of writing one: plain, `file:PATH`, or `json:{...}`. */
function fileOf(name: string): string {
  if (name.startsWith("json:")) return /"filename"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(name)?.[1] ?? name;
  return name.replace(/^file:/, "");
}

/** Undefined if the file cannot be read that far. */
function bytesOf(file: string, offset: number, length: number): Buffer | undefined {
  const buffer = Buffer.alloc(length);
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return undefined;
  }
  try {
    return readSync(descriptor, buffer, 0, length, offset) === length ? buffer : undefined;
  } finally {
    closeSync(descriptor);
  }
}
