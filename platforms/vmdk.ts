import { inflateSync } from "node:zlib";
import type { ByteFile } from "./bytes";
import type { Rule } from "./finding";
import { diskStart } from "./raw";

/**
 * A stream-optimized VMDK: header, descriptor, and the grain tables that say where each piece of the disk lies.
 * "Virtual Disk Format 5.0", technical note of VMware, sections "Simple Extents" and "Stream-Optimized Compressed".
 */
export interface Vmdk {
  readonly fileBytes: number;
  readonly version: number;
  readonly flags: number;
  /** In sectors of 512 bytes. */
  readonly capacitySectors: number;
  readonly grainSectors: number;
  readonly uncleanShutdown: boolean;
  /** The four characters by which a transfer in text mode is recognised. */
  readonly newlines: string;
  /** 1 is deflate. */
  readonly compression: number;
  /** The embedded text: `key=value` lines; "" if there is none. */
  readonly descriptor: string;
  /** Whether a grain directory was found, in the header's place or by the footer. */
  readonly directory: boolean;
  /** Pieces of the disk that are in the file. */
  readonly grains: number;
  /** The first piece that cannot be read, and why; only the first and the last few are unpacked. */
  readonly brokenGrain?: string;
  /** Undefined if the first piece is missing. */
  readonly bootSignature?: boolean;
}

const SECTOR = 512;
/** Of a grain table, as the format fixes it. */
const TABLE_ENTRIES = 512;

/** Enough for 64 TiB in grains of 64 KiB. */
const MOST_TABLES = 2 << 20;

const GRAIN_DIRECTORY_AT_END = 0xffffffffffffffffn;

export async function isVmdk(file: ByteFile, offset = 0): Promise<boolean> {
  return (await file.at(offset, 4)).toString("latin1") === "KDMV";
}

/** Reads a VMDK that begins at `offset`; undefined if there is no sparse header. Large disks cost their tables only. */
export async function readVmdk(file: ByteFile, offset = 0, fileBytes = file.sizeBytes): Promise<Vmdk | undefined> {
  const header = await file.at(offset, SECTOR);
  if (header.length < SECTOR || header.toString("latin1", 0, 4) !== "KDMV") return undefined;
  const sectors = (at: number): number => Number(header.readBigUInt64LE(at));
  const capacitySectors = sectors(0x0c);
  const grainSectors = sectors(0x14);
  const descriptorBytes = Math.min(sectors(0x24) * SECTOR, 1 << 20);
  const descriptor = (await file.at(offset + sectors(0x1c) * SECTOR, descriptorBytes)).toString("utf8");
  const tables = await grainTables(file, offset, fileBytes, header, capacitySectors, grainSectors);
  return {
    fileBytes,
    version: header.readUInt32LE(4),
    flags: header.readUInt32LE(8),
    capacitySectors,
    grainSectors,
    uncleanShutdown: header.readUInt8(0x48) !== 0,
    newlines: header.toString("latin1", 0x49, 0x4d),
    compression: header.readUInt16LE(0x4d),
    descriptor: descriptor.replace(/\0[\s\S]*$/, ""),
    directory: tables !== undefined,
    grains: tables?.length ?? 0,
    ...(tables !== undefined && (await readGrains(file, offset, fileBytes, tables))),
  };
}

/** Where each piece lies, as [its first sector on the disk, its sector in the file], in the disk's order. */
async function grainTables(
  file: ByteFile,
  offset: number,
  fileBytes: number,
  header: Buffer,
  capacitySectors: number,
  grainSectors: number,
): Promise<[number, number][] | undefined> {
  const entries = header.readUInt32LE(0x2c);
  const count = Math.ceil(capacitySectors / (grainSectors * entries));
  if (!Number.isFinite(count) || count < 1 || count > MOST_TABLES || entries !== TABLE_ENTRIES) return undefined;
  const directory = await directorySector(file, offset, fileBytes, header);
  const directoryBytes = directory && (await inFile(file, offset, fileBytes, directory, count * 4));
  if (!directoryBytes) return undefined;
  const grains: [number, number][] = [];
  for (let table = 0; table < count; table++) {
    const at = directoryBytes.readUInt32LE(table * 4);
    if (at === 0) continue;
    const bytes = await inFile(file, offset, fileBytes, at, entries * 4);
    if (bytes === undefined) return undefined;
    for (let entry = 0; entry < entries; entry++) {
      const grain = bytes.readUInt32LE(entry * 4);
      if (grain > 1) grains.push([(table * entries + entry) * grainSectors, grain]);
    }
    // Each piece takes a sector of its own; more of them than sectors are a lie.
    if (grains.length > fileBytes / SECTOR) return undefined;
  }
  return grains;
}

/** In the header, or in the copy of the header that a stream ends with: 1,024 bytes before its end. */
async function directorySector(
  file: ByteFile,
  offset: number,
  fileBytes: number,
  header: Buffer,
): Promise<number | undefined> {
  const own = header.readBigUInt64LE(0x38);
  if (own !== GRAIN_DIRECTORY_AT_END) return Number(own);
  const footer = await file.at(offset + fileBytes - 2 * SECTOR, SECTOR);
  if (footer.toString("latin1", 0, 4) !== "KDMV") return undefined;
  return Number(footer.readBigUInt64LE(0x38));
}

async function inFile(
  file: ByteFile,
  offset: number,
  fileBytes: number,
  sector: number,
  length: number,
): Promise<Buffer | undefined> {
  if (sector * SECTOR + length > fileBytes) return undefined;
  return file.whole(offset + sector * SECTOR, length);
}

/** How many pieces at either end are unpacked: a file that was cut or sent as text breaks there. */
const UNPACKED = 16;

async function readGrains(
  file: ByteFile,
  offset: number,
  fileBytes: number,
  grains: readonly [number, number][],
): Promise<Pick<Vmdk, "brokenGrain" | "bootSignature">> {
  const sample = grains.length <= 2 * UNPACKED ? grains : [...grains.slice(0, UNPACKED), ...grains.slice(-UNPACKED)];
  let bootSignature: boolean | undefined;
  for (const [diskSector, fileSector] of sample) {
    const broken = (reason: string) => ({ brokenGrain: `the piece of disk sector ${diskSector} ${reason}` });
    const marker = await inFile(file, offset, fileBytes, fileSector, 12);
    if (marker === undefined) return broken("lies behind the end of the file");
    const length = marker.readUInt32LE(8);
    if (Number(marker.readBigUInt64LE(0)) !== diskSector) return broken("has the number of another one");
    if (fileSector * SECTOR + 12 + length > fileBytes) return broken("lies behind the end of the file");
    const bytes = await file.at(offset + fileSector * SECTOR + 12, length);
    let disk: Buffer;
    try {
      disk = inflateSync(bytes, { maxOutputLength: 1 << 24 });
    } catch {
      return broken("cannot be unpacked");
    }
    if (diskSector === 0) bootSignature = diskStart(disk).bootSignature;
  }
  return bootSignature === undefined ? {} : { bootSignature };
}

const FORMAT = "https://www.vmware.com/support/developer/vddk/vmdk_50_technote.pdf";

/** The descriptor's value of a key, without its quotes. */
function descriptorValue({ descriptor }: Pick<Vmdk, "descriptor">, key: string): string | undefined {
  const pattern = new RegExp(`^[ \\t]*${key.replaceAll(".", "\\.")}[ \\t]*=[ \\t]*"?([^"\\n]*)"?[ \\t\\r]*$`, "m");
  return pattern.exec(descriptor)?.[1]?.trim();
}

const COMPRESSED = 1 << 16;
const MARKERS = 1 << 17;

/** What vSphere, Workstation and VirtualBox ask of a disk that travels. */
export const VMDK_RULES: readonly Rule<Vmdk>[] = [
  {
    code: "VM01",
    title: "the format's version is 3",
    source: FORMAT,
    check: ({ version }) =>
      version === 3 ? undefined : `the VMDK's version is ${version}, not 3: convert it with subformat=streamOptimized`,
  },
  {
    code: "VM02",
    title: "grains are compressed and marked",
    source: FORMAT,
    check: ({ flags }) =>
      (flags & COMPRESSED) !== 0 && (flags & MARKERS) !== 0
        ? undefined
        : `the flags are 0x${flags.toString(16)}, without compressed grains (0x10000) and markers (0x20000): ` +
          "convert it with subformat=streamOptimized",
  },
  {
    code: "VM03",
    title: "the compression is deflate",
    source: FORMAT,
    check: ({ compression }) =>
      compression === 1 ? undefined : `the compression is ${compression}, not 1 (deflate): make the file again`,
  },
  {
    code: "VM04",
    title: "the descriptor names the type streamOptimized",
    source: FORMAT,
    check: (vmdk) => {
      const type = descriptorValue(vmdk, "createType");
      return type === "streamOptimized"
        ? undefined
        : `the descriptor's createType is "${type ?? ""}": convert it with subformat=streamOptimized`;
    },
  },
  {
    code: "VM05",
    title: "descriptor and header give one capacity",
    source: FORMAT,
    check: ({ descriptor, capacitySectors }) => {
      const said = Number(/^(?:RW|RDONLY) (\d+) SPARSE /m.exec(descriptor)?.[1] ?? NaN);
      return said === capacitySectors
        ? undefined
        : `the descriptor's extent has ${Number.isNaN(said) ? "no" : said} sectors, the header ${capacitySectors}: make the file again`;
    },
  },
  {
    code: "VM06",
    title: "the file was not changed as text",
    source: FORMAT,
    check: ({ newlines }) =>
      newlines === "\n \r\n" ? undefined : "line ends were changed in the file: transfer it as binary",
  },
  {
    code: "VM07",
    title: "the disk was closed in order",
    source: FORMAT,
    check: ({ uncleanShutdown }) =>
      uncleanShutdown ? "the disk was not closed in order: make the file again" : undefined,
  },
  {
    code: "VM08",
    title: "a grain has 64 KiB",
    source: FORMAT,
    check: ({ grainSectors }) =>
      grainSectors === 128 ? undefined : `a grain has ${grainSectors} sectors, not 128: make the file again`,
  },
  {
    code: "VM09",
    title: "the file has its grain directory",
    source: FORMAT,
    check: ({ directory }) =>
      directory
        ? undefined
        : "the grain directory or a table lies behind the end of the file: it was cut short, make it again",
  },
  {
    code: "VM10",
    title: "the grains can be read",
    source: FORMAT,
    check: ({ brokenGrain }) => brokenGrain && `${brokenGrain}: the file is damaged, make it again`,
  },
  {
    code: "VM11",
    title: "the disk stands alone",
    source: FORMAT,
    check: (vmdk) => {
      const parent = descriptorValue(vmdk, "parentCID");
      return parent === "ffffffff"
        ? undefined
        : `the disk lies on the disk ${parent ?? "?"}: convert it to a whole one`;
    },
  },
  {
    code: "VM12",
    title: "the adapter is a SCSI one",
    source: FORMAT,
    check: (vmdk) => {
      const adapter = descriptorValue(vmdk, "ddb.adapterType");
      return adapter === "lsilogic"
        ? undefined
        : `the descriptor's adapter is "${adapter ?? ""}": convert it with adapter_type=lsilogic, which paravirtual controllers take too`;
    },
  },
  {
    code: "RW02",
    title: "the first sector has a boot signature",
    source: "https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html",
    check: ({ directory, brokenGrain, bootSignature }) =>
      bootSignature === true || !directory || brokenGrain !== undefined
        ? undefined
        : "the first sector does not end in 55 AA, so that no firmware takes the disk for one with partitions",
  },
];
