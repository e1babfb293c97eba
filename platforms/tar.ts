import type { ByteFile } from "./bytes";

/**
 * One record of a tar archive, as its header has it. Read here and not by a library: the platforms' rules are about the
 * headers themselves, which libraries hide.
 * Format: https://www.gnu.org/software/tar/manual/html_node/Standard.html
 */
export interface TarRecord {
  readonly name: string;
  /** "0" file, "5" folder, "S" GNU sparse file, "L" GNU long name, "x" and "g" PAX. */
  readonly type: string;
  /** Bytes of data in the archive. */
  readonly sizeBytes: number;
  /** Size of the file itself: of a GNU sparse file more than what is in the archive. */
  readonly realBytes: number;
  /** "ustar" (POSIX), "gnu" (the old GNU form) or "v7". */
  readonly format: "ustar" | "gnu" | "v7";
  /** Where its data begin in the archive, unless blocks with the rest of a sparse file's map lie before them. */
  readonly dataOffset: number;
  /** Whether such a block follows the header. */
  readonly mapGoesOn: boolean;
  /** Whether the header is sound: what follows it is only read if so. */
  readonly sound: boolean;
}

export const BLOCK = 512;

/** What the record of a header says; undefined for a block of zeros, which ends an archive. */
export function parseTarHeader(block: Buffer, dataOffset: number): TarRecord | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const text = (start: number, end: number): string => block.toString("utf8", start, end).replace(/\0[\s\S]*$/, "");
  const magic = block.toString("latin1", 257, 265);
  const format = magic === "ustar  \0" ? "gnu" : magic.startsWith("ustar\0") ? "ustar" : "v7";
  const prefix = format === "ustar" ? text(345, 500) : "";
  const type = text(156, 157) || "0";
  const sizeBytes = tarNumber(block.subarray(124, 136));
  return {
    name: prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`,
    type,
    sizeBytes,
    realBytes: type === "S" ? tarNumber(block.subarray(483, 495)) : sizeBytes,
    format,
    dataOffset,
    mapGoesOn: type === "S" && block[482] === 1,
    sound: isSize(sizeBytes) && tarNumber(block.subarray(148, 156)) === checksumOf(block),
  };
}

function isSize(bytes: number): boolean {
  return Number.isSafeInteger(bytes) && bytes >= 0;
}

/** Octal digits, or, with the highest bit set, a binary number. */
function tarNumber(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) !== 0) return Number(BigInt(`0x${field.subarray(1).toString("hex")}`));
  return Number.parseInt(
    field
      .toString("latin1")
      .replace(/[\0 ]+/g, " ")
      .trim() || "0",
    8,
  );
}

/** The sum of the header's bytes, its own field taken for spaces. */
function checksumOf(block: Buffer): number {
  return block.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0);
}

/** Whether a block of a sparse file's map is followed by another one. */
export function goesOn(mapBlock: Buffer): boolean {
  return mapBlock[504] === 1;
}

/** An archive that is a file of its own. */
export interface TarArchive {
  readonly records: readonly TarRecord[];
  /** Whether two blocks of zeros end it. */
  readonly ended: boolean;
}

/** Most records that are read: what platforms take has a handful. */
const MOST_RECORDS = 1000;

/** The records of an uncompressed archive. */
export async function readTar(file: ByteFile): Promise<TarArchive> {
  const records: TarRecord[] = [];
  for (let offset = 0; records.length < MOST_RECORDS;) {
    const block = await file.whole(offset, BLOCK);
    if (block === undefined) return { records, ended: false };
    const record = parseTarHeader(block, offset + BLOCK);
    if (record === undefined) {
      const next = await file.whole(offset + BLOCK, BLOCK);
      return { records, ended: next?.every((byte) => byte === 0) ?? false };
    }
    if (!record.sound) return { records, ended: false };
    let { dataOffset } = record;
    for (let more = record.mapGoesOn; more; dataOffset += BLOCK) more = goesOn(await file.at(dataOffset, BLOCK));
    records.push({ ...record, dataOffset });
    offset = dataOffset + Math.ceil(record.sizeBytes / BLOCK) * BLOCK;
  }
  return { records, ended: false };
}
