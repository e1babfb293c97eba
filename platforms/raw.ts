import type { ByteFile } from "./bytes";
import type { Rule } from "./finding";

/** A disk's bytes, as far as its first sectors tell. */
export interface RawDisk {
  readonly sizeBytes: number;
  /** Whether the first sector ends in the boot signature 55 AA. */
  readonly bootSignature: boolean;
  /** Whether the second sector begins a GUID partition table. */
  readonly gpt: boolean;
}

/** Reads a raw disk that begins at `offset` of a file. */
export async function readRawDisk(file: ByteFile, sizeBytes = file.sizeBytes, offset = 0): Promise<RawDisk> {
  return { sizeBytes, ...diskStart(await file.at(offset, 1024)) };
}

/** What the first two sectors of a disk tell. */
export function diskStart(start: Buffer): Pick<RawDisk, "bootSignature" | "gpt"> {
  return {
    bootSignature: start.length >= 512 && start.readUInt16BE(510) === 0x55aa,
    gpt: start.toString("latin1", 512, 520) === "EFI PART",
  };
}

const UEFI = "https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html";

/** What every platform asks of a disk. */
export const RAW_RULES: readonly Rule<RawDisk>[] = [
  {
    code: "RW01",
    title: "the disk has whole sectors of 512 bytes",
    source: UEFI,
    check: ({ sizeBytes }) =>
      sizeBytes > 0 && sizeBytes % 512 === 0
        ? undefined
        : `the disk has ${sizeBytes} bytes, not a whole number of 512-byte sectors: it was cut short, make it again`,
  },
  {
    code: "RW02",
    title: "the first sector has a boot signature",
    source: UEFI,
    check: ({ bootSignature }) =>
      bootSignature
        ? undefined
        : "the first sector does not end in 55 AA, so that no firmware takes the disk for one with partitions: " +
          "it is no disk image, or it is compressed",
  },
];
