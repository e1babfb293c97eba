import { closeSync, openSync, readSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Longest chain of overlays that is followed. */
const MAX_DEPTH = 32;

/**
 * The disks that an overlay lies on, nearest first, as real paths where they exist. Empty for a file that is no qcow2, or
 * one that lies on nothing.
 */
export function backingChain(overlay: string): string[] {
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

/** Undefined where the file cannot be read that far. */
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
