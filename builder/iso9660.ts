import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
import { UserError } from "../util/user-error";

const SECTOR = 2048;

/** Boot menus have a few KiB; a file that is larger is none. */
const MOST_TEXT_BYTES = 1 << 20;

interface Entry {
  readonly name: string;
  readonly start: number;
  readonly size: number;
  readonly isFolder: boolean;
}

/** An ISO 9660 file system that is open for reading. */
interface Medium {
  readonly descriptor: number;
  /** The primary volume descriptor. */
  readonly volume: Buffer;
}

/**
 * Copies a file out of an ISO 9660 medium. `path` is as a person sees it, e.g. "images/pxeboot/vmlinuz": by its Rock Ridge
 * name if it has one, else by the ISO's own, in either case.
 *
 * ECMA-119: volume descriptor (8.4), directory record (9.1); Rock Ridge: IEEE P1282, entry NM.
 * @throws UserError that names what the medium has instead
 */
export function copyFromMedium(iso: string, path: string, target: string): void {
  withMedium(iso, (medium) => {
    const found = find(medium, path);
    if (!("start" in found)) {
      throw new UserError(
        `the medium ${iso} has no ${path}: beside it are ${found.beside.join(", ")}; write the path of one that is there`,
      );
    }
    writeFileSync(target, read(medium.descriptor, found.start * SECTOR, found.size));
  });
}

/** Text of a file of the medium, such as "isolinux/isolinux.cfg"; undefined if it has none, or one of more than 1 MiB. */
export function textOnMedium(iso: string, path: string): string | undefined {
  return withMedium(iso, (medium) => {
    const found = find(medium, path);
    if (!("start" in found) || found.isFolder || found.size > MOST_TEXT_BYTES) return undefined;
    return read(medium.descriptor, found.start * SECTOR, found.size).toString("utf8");
  });
}

/** The medium's volume label, as `blkid` shows it: ECMA-119, 8.4.7, without the spaces that fill it up. */
export function volumeLabel(iso: string): string {
  return withMedium(iso, ({ volume }) => volume.toString("latin1", 40, 72).trimEnd());
}

function withMedium<Result>(iso: string, use: (medium: Medium) => Result): Result {
  const descriptor = openMedium(iso);
  try {
    const volume = read(descriptor, 16 * SECTOR, SECTOR);
    if (volume.toString("latin1", 1, 6) !== "CD001") {
      throw new UserError(`the medium ${iso} is no ISO 9660 file system`);
    }
    return use({ descriptor, volume });
  } finally {
    closeSync(descriptor);
  }
}

/** The entry of a path, or what is there instead. */
function find({ descriptor, volume }: Medium, path: string): Entry | { readonly beside: readonly string[] } {
  let entry = record(volume.subarray(156, 190));
  for (const name of path.split("/").filter((part) => part !== "")) {
    const entries = entry.isFolder ? entriesOf(descriptor, entry) : [];
    const next = entries.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (next === undefined) return { beside: entries.map((candidate) => candidate.name) };
    entry = next;
  }
  return entry;
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
