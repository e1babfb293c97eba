import type { ByteFile } from "./bytes";
import type { Rule } from "./finding";

const ZSTD = "https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1";

/** A disk compressed with zstd, as far as the header of its first frame tells. */
export interface ZstdDisk {
  readonly magic: boolean;
  /** Bytes after decompression; undefined if the header does not say so. */
  readonly contentBytes: number | undefined;
  /** Whether it can only be unpacked with a dictionary. */
  readonly dictionary: boolean;
}

/** Sizes of the header's fields by their flags. */
const DICTIONARY_BYTES = [0, 1, 2, 4];
const CONTENT_BYTES = [0, 2, 4, 8];

/** Reads the header of a zstd frame. */
export async function readZstdDisk(file: ByteFile): Promise<ZstdDisk> {
  const header = Buffer.concat([await file.at(0, 18), Buffer.alloc(18)]);
  const magic = header.readUInt32LE(0) === 0xfd2fb528;
  const descriptor = header.readUInt8(4);
  const single = (descriptor & 0x20) !== 0;
  const dictionaryBytes = DICTIONARY_BYTES[descriptor & 3] ?? 0;
  const flag = descriptor >> 6;
  const bytes = flag === 0 && single ? 1 : (CONTENT_BYTES[flag] ?? 0);
  const field = header.subarray(5 + (single ? 0 : 1) + dictionaryBytes);
  const value = bytes === 8 ? Number(field.readBigUInt64LE(0)) : bytes === 0 ? undefined : field.readUIntLE(0, bytes);
  const contentBytes = value === undefined ? undefined : value + (bytes === 2 ? 256 : 0);
  return { magic, contentBytes: magic ? contentBytes : undefined, dictionary: magic && dictionaryBytes > 0 };
}

/** What the usual `zstd -d | dd` of an installer asks of a disk. */
export const BARE_METAL_RULES: readonly Rule<ZstdDisk>[] = [
  {
    code: "BM01",
    title: "the file is compressed with zstd",
    source: ZSTD,
    check: ({ magic }) => (magic ? undefined : "the file does not begin as zstd does: compress the raw disk with zstd"),
  },
  {
    code: "BM02",
    title: "the header tells the disk's size, so that a target that is too small is known before it is written",
    source: ZSTD,
    check: ({ magic, contentBytes }) =>
      !magic || contentBytes !== undefined
        ? undefined
        : "the header does not tell the size: compress a file, not a stream, or add --stream-size",
  },
  {
    code: "BM03",
    title: "the disk has whole sectors of 512 bytes",
    source: "https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html",
    check: ({ contentBytes }) =>
      contentBytes === undefined || (contentBytes > 0 && contentBytes % 512 === 0)
        ? undefined
        : `the disk has ${contentBytes} bytes, not a whole number of 512-byte sectors: it was cut short, make it again`,
  },
  {
    code: "BM04",
    title: "the file can be unpacked without a dictionary",
    source: ZSTD,
    check: ({ dictionary }) =>
      dictionary ? "the file needs a dictionary, which an installer does not have: compress it without -D" : undefined,
  },
];
