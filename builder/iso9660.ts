import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
import { UserError } from "../util/user-error";

const SECTOR = 2048;

interface Entry {
  readonly name: string;
  readonly start: number;
  readonly size: number;
  readonly isFolder: boolean;
}

/**
 * Copies a file out of an ISO 9660 medium. `path` is as a person sees it, e.g. "images/pxeboot/vmlinuz": by its Rock Ridge
 * name where there is one, else by the ISO's own, in either case. Throws a `UserError` that says what is there instead.
 *
 * ECMA-119: volume descriptor (8.4), directory record (9.1); Rock Ridge: IEEE P1282, entry NM.
 */
export function copyFromMedium(iso: string, path: string, target: string): void {
  const descriptor = openMedium(iso);
  try {
    const volume = read(descriptor, 16 * SECTOR, SECTOR);
    if (volume.toString("latin1", 1, 6) !== "CD001")
      throw new UserError(`the medium ${iso} is no ISO 9660 file system`);
    let entry = record(volume.subarray(156, 190));
    for (const name of path.split("/").filter((part) => part !== "")) {
      const entries = entriesOf(descriptor, entry);
      const next = entries.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
      if (next === undefined) {
        const there = entries.map((candidate) => candidate.name).join(", ");
        throw new UserError(
          `the medium ${iso} has no ${path}: beside it are ${there}; write the path of one that is there`,
        );
      }
      entry = next;
    }
    writeFileSync(target, read(descriptor, entry.start * SECTOR, entry.size));
  } finally {
    closeSync(descriptor);
  }
}

function openMedium(iso: string): number {
  try {
    return openSync(iso, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `the installer's medium ${iso} cannot be opened any more (${code}): put it back and deploy again`,
      1,
    );
  }
}

function entriesOf(descriptor: number, folder: Entry): Entry[] {
  const bytes = read(descriptor, folder.start * SECTOR, folder.size);
  const entries: Entry[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const length = bytes[offset] ?? 0;
    if (length === 0) {
      offset = (Math.floor(offset / SECTOR) + 1) * SECTOR;
      continue;
    }
    const entry = record(bytes.subarray(offset, offset + length));
    if (entry.name !== "\0" && entry.name !== "\u0001") entries.push(entry);
    offset += length;
  }
  return entries;
}

function record(bytes: Buffer): Entry {
  const nameLength = bytes[32] ?? 0;
  const isoName = bytes.toString("latin1", 33, 33 + nameLength);
  return {
    name: rockRidgeName(bytes.subarray(33 + nameLength + (nameLength % 2 === 0 ? 1 : 0))) ?? plainName(isoName),
    start: bytes.readUInt32LE(2),
    size: bytes.readUInt32LE(10),
    isFolder: ((bytes[25] ?? 0) & 2) !== 0,
  };
}

/** Without version and empty extension: "VMLINUZ.;1" is "VMLINUZ". */
function plainName(isoName: string): string {
  return isoName.replace(/;\d+$/, "").replace(/\.$/, "");
}

function rockRidgeName(systemUse: Buffer): string | undefined {
  for (let offset = 0; offset + 5 <= systemUse.length;) {
    const length = systemUse[offset + 2] ?? 0;
    if (length < 4) return undefined;
    if (systemUse.toString("latin1", offset, offset + 2) === "NM") {
      return systemUse.toString("utf8", offset + 5, offset + length);
    }
    offset += length;
  }
  return undefined;
}

function read(descriptor: number, position: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let done = 0; done < size;) {
    const length = readSync(descriptor, bytes, done, size - done, position + done);
    if (length === 0) throw new UserError("the medium ends too early: it was not downloaded whole");
    done += length;
  }
  return bytes;
}
