import type { ByteFile } from "./bytes";
import { GIB, MIB, type Rule } from "./finding";
import { RAW_RULES, readRawDisk, type RawDisk } from "./raw";

/** The footer of a VHD, and what lies before it. */
export interface Vhd {
  readonly fileBytes: number;
  /** Whether the file is the later format VHDX, by its first bytes. */
  readonly vhdx: boolean;
  /** Undefined if the last 512 bytes are no footer. */
  readonly footer?: VhdFooter;
  readonly disk: RawDisk;
}

/** Fields of the footer, in the specification's words. */
interface VhdFooter {
  readonly features: number;
  readonly formatVersion: number;
  /** All ones (2^64 - 1) for a fixed disk. */
  readonly dataOffset: bigint;
  readonly originalBytes: number;
  readonly currentBytes: number;
  /** 2 fixed, 3 dynamic, 4 differencing. */
  readonly diskType: number;
  readonly checksum: number;
  /** What the checksum has to be. */
  readonly computedChecksum: number;
  readonly uniqueId: string;
  readonly savedState: number;
}

/** "Virtual Hard Disk Image Format Specification", version 1.0 of October 2006, "Hard Disk Footer Format". */
const FORMAT = "https://learn.microsoft.com/windows-server/administration/windows-server-2008-r2/vhd";
const AZURE = "https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic";
const AZURE_UPLOAD =
  "https://learn.microsoft.com/dotnet/api/azure.resourcemanager.compute.models.diskcreationdata.uploadsizebytes";

const FOOTER_BYTES = 512;

/** Reads a file as a VHD. */
export async function readVhd(file: ByteFile): Promise<Vhd> {
  const start = await file.at(0, 8);
  const footer = parseFooter(await file.at(Math.max(0, file.sizeBytes - FOOTER_BYTES), FOOTER_BYTES));
  return {
    fileBytes: file.sizeBytes,
    vhdx: start.toString("latin1") === "vhdxfile",
    ...(footer !== undefined && { footer }),
    disk: await readRawDisk(file, Math.max(0, file.sizeBytes - FOOTER_BYTES)),
  };
}

function parseFooter(bytes: Buffer): VhdFooter | undefined {
  if (bytes.length < FOOTER_BYTES || bytes.toString("latin1", 0, 8) !== "conectix") return undefined;
  return {
    features: bytes.readUInt32BE(8),
    formatVersion: bytes.readUInt32BE(12),
    dataOffset: bytes.readBigUInt64BE(16),
    originalBytes: Number(bytes.readBigUInt64BE(40)),
    currentBytes: Number(bytes.readBigUInt64BE(48)),
    diskType: bytes.readUInt32BE(60),
    checksum: bytes.readUInt32BE(64),
    computedChecksum: footerChecksum(bytes),
    uniqueId: bytes.toString("hex", 68, 84),
    savedState: bytes.readUInt8(84),
  };
}

/** The one's complement of the sum of all bytes but those of the checksum itself. */
export function footerChecksum(footer: Buffer): number {
  let sum = 0;
  for (let index = 0; index < FOOTER_BYTES; index++) if (index < 64 || index >= 68) sum += footer[index] ?? 0;
  return ~sum >>> 0;
}

/** A rule that only says something of a file that has a footer; AZ01 speaks of one that has none. */
function ofFooter(check: (footer: VhdFooter, vhd: Vhd) => string | undefined): Rule<Vhd>["check"] {
  return (vhd) => (vhd.footer === undefined ? undefined : check(vhd.footer, vhd));
}

const DISK_TYPES = new Map([
  [2, "fixed"],
  [3, "dynamic"],
  [4, "differencing"],
]);

/** What Azure asks of an uploaded disk. */
export const AZURE_RULES: readonly Rule<Vhd>[] = [
  {
    code: "AZ01",
    title: "the file is a VHD",
    source: AZURE,
    check: ({ footer, vhdx }) => {
      if (footer !== undefined) return undefined;
      return vhdx
        ? "the file is a VHDX, which Azure does not take: convert it to a fixed VHD"
        : "the file does not end in a VHD footer: Azure takes fixed VHDs only";
    },
  },
  {
    code: "AZ02",
    title: "the VHD is fixed",
    source: AZURE,
    check: ofFooter(({ diskType }) =>
      diskType === 2
        ? undefined
        : `the VHD is ${DISK_TYPES.get(diskType) ?? `of the unknown type ${diskType}`}: convert it with subformat=fixed`,
    ),
  },
  {
    code: "AZ03",
    title: "the footer's checksum is right",
    source: FORMAT,
    check: ofFooter(({ checksum, computedChecksum }) =>
      checksum === computedChecksum
        ? undefined
        : `the footer's checksum is ${hex(checksum)}, its bytes give ${hex(computedChecksum)}: the file is damaged, make it again`,
    ),
  },
  {
    code: "AZ04",
    title: "the virtual size is a whole number of MiB",
    source: AZURE,
    check: ofFooter(({ currentBytes }) =>
      currentBytes % MIB === 0
        ? undefined
        : `the virtual size is ${currentBytes} bytes, ${currentBytes % MIB} more than whole MiB: resize the raw disk ` +
          `to ${Math.ceil(currentBytes / MIB)} MiB and convert it with force_size=on`,
    ),
  },
  {
    code: "AZ05",
    title: "the file is the virtual size and the 512 bytes of the footer",
    source: FORMAT,
    check: ofFooter(({ currentBytes }, { fileBytes }) =>
      fileBytes === currentBytes + FOOTER_BYTES
        ? undefined
        : `the file has ${fileBytes} bytes where a virtual size of ${currentBytes} asks for ${currentBytes + FOOTER_BYTES}: ` +
          "it was cut or extended, make it again",
    ),
  },
  {
    code: "AZ06",
    title: "original and current size are the same",
    source: FORMAT,
    check: ofFooter(({ originalBytes, currentBytes }) =>
      originalBytes === currentBytes
        ? undefined
        : `the original size is ${originalBytes} bytes and the current one ${currentBytes}: the VHD was resized in place, make it again`,
    ),
  },
  {
    code: "AZ07",
    title: "a fixed disk has no further headers",
    source: FORMAT,
    check: ofFooter(({ dataOffset }) =>
      dataOffset === 0xffffffffffffffffn
        ? undefined
        : `the data offset is 0x${dataOffset.toString(16)}, where a fixed disk has all ones: convert it with subformat=fixed`,
    ),
  },
  {
    code: "AZ08",
    title: "the format's version is 1.0",
    source: FORMAT,
    check: ofFooter(({ formatVersion }) =>
      formatVersion === 0x00010000
        ? undefined
        : `the format's version is ${hex(formatVersion)}, not 0x00010000: make it again`,
    ),
  },
  {
    code: "AZ09",
    title: "the disk has 20 MiB to 4095 GiB",
    source: AZURE_UPLOAD,
    check: ofFooter(({ currentBytes }) =>
      currentBytes >= 20 * MIB && currentBytes <= 4095 * GIB
        ? undefined
        : `the disk has ${currentBytes} bytes, where a system disk has 20 MiB to 4095 GiB: write another diskSize`,
    ),
  },
  {
    code: "AZ10",
    title: "the disk has an identity",
    source: FORMAT,
    check: ofFooter(({ uniqueId }) =>
      /^0+$/.test(uniqueId) ? "the unique id is all zeros: make the file again" : undefined,
    ),
  },
  {
    code: "AZ11",
    title: "the reserved feature bit is set, and the disk is not temporary",
    source: FORMAT,
    check: ofFooter(({ features }) =>
      features === 2 ? undefined : `the features are ${hex(features)}, not 0x00000002: make the file again`,
    ),
  },
  {
    code: "AZ12",
    title: "no saved state goes with the disk",
    source: FORMAT,
    check: ofFooter(({ savedState }) =>
      savedState === 0 ? undefined : "the disk belongs to a saved machine: shut that machine down, then convert",
    ),
  },
  ...RAW_RULES.map(({ check, ...rule }): Rule<Vhd> => ({
    ...rule,
    check: ({ disk, footer }) => (footer === undefined ? undefined : check(disk)),
  })),
];

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
