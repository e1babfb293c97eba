import type { ByteFile } from "./bytes";
import type { Rule } from "./finding";

/** The header of a qcow2 file: https://www.qemu.org/docs/master/interop/qcow2.html */
export interface Qcow2 {
  readonly fileBytes: number;
  /** 2 (compat 0.10) or 3 (compat 1.1). */
  readonly version: number;
  readonly backingFile: boolean;
  readonly clusterBits: number;
  readonly virtualBytes: number;
  readonly encryption: number;
  readonly snapshots: number;
  /** Where the tables end, as the header says: nothing of them may lie behind the file's end. */
  readonly tablesEnd: number;
  readonly incompatibleFeatures: bigint;
  /** 0 zlib, 1 zstd. */
  readonly compressionType: number;
}

const FORMAT = "https://www.qemu.org/docs/master/interop/qcow2.html";

/** Whether a file begins as a qcow2. */
export async function isQcow2(file: ByteFile): Promise<boolean> {
  return (await file.at(0, 4)).toString("latin1") === "QFI\xfb";
}

/** Reads the header of a qcow2; undefined if the file is none, or ends within its header. */
export async function readQcow2(file: ByteFile, offset = 0, fileBytes = file.sizeBytes): Promise<Qcow2 | undefined> {
  const header = await file.at(offset, 112);
  if (header.length < 72 || header.toString("latin1", 0, 4) !== "QFI\xfb") return undefined;
  const version = header.readUInt32BE(4);
  const extended = version >= 3 && header.length >= 104;
  const clusterBits = header.readUInt32BE(20);
  const refcountEnd = Number(header.readBigUInt64BE(48)) + header.readUInt32BE(56) * 2 ** clusterBits;
  const l1End = Number(header.readBigUInt64BE(40)) + header.readUInt32BE(36) * 8;
  const headerLength = extended ? header.readUInt32BE(100) : 72;
  return {
    fileBytes,
    version,
    backingFile: header.readBigUInt64BE(8) !== 0n,
    clusterBits,
    virtualBytes: Number(header.readBigUInt64BE(24)),
    encryption: header.readUInt32BE(32),
    snapshots: header.readUInt32BE(60),
    tablesEnd: Math.max(l1End, refcountEnd),
    incompatibleFeatures: extended ? header.readBigUInt64BE(72) : 0n,
    compressionType: headerLength > 104 && header.length > 104 ? header.readUInt8(104) : 0,
  };
}

/** Incompatible features: dirty (0), corrupt (1), external data file (2), compression type (3), extended L2 (4). */
const COMPRESSION_TYPE = 1n << 3n;
const EXTENDED_L2 = 1n << 4n;

/** What libvirt, OpenStack and Proxmox ask of a qcow2. */
export const QCOW2_RULES: readonly Rule<Qcow2>[] = [
  {
    code: "QC01",
    title: "the format is qcow2 compat 1.1",
    source: FORMAT,
    check: ({ version }) =>
      version === 3 ? undefined : `the qcow2 version is ${version}, not 3: convert it with -o compat=1.1`,
  },
  {
    code: "QC02",
    title: "the disk stands alone",
    source: "https://docs.openstack.org/image-guide/convert-images.html",
    check: ({ backingFile }) =>
      backingFile
        ? "the disk lies on a backing file, which would not travel with it: convert it to a whole one"
        : undefined,
  },
  {
    code: "QC03",
    title: "the disk is not encrypted",
    source: FORMAT,
    check: ({ encryption }) => (encryption === 0 ? undefined : "the disk is encrypted: convert it to an open one"),
  },
  {
    code: "QC04",
    title: "the file holds no snapshots",
    source: FORMAT,
    check: ({ snapshots }) =>
      snapshots === 0 ? undefined : `the file holds ${snapshots} snapshots: convert it, which leaves them behind`,
  },
  {
    code: "QC05",
    title: "the file was closed in order and holds its own data",
    source: FORMAT,
    check: ({ incompatibleFeatures }) => {
      const unknown = incompatibleFeatures & ~(COMPRESSION_TYPE | EXTENDED_L2);
      return unknown === 0n
        ? undefined
        : `the incompatible features 0x${unknown.toString(16)} are set (1 dirty, 2 corrupt, 4 external data): ` +
            "run qemu-img check, or make the file again";
    },
  },
  {
    code: "QC06",
    title: "the compression is zlib or zstd",
    source: FORMAT,
    check: ({ compressionType }) =>
      compressionType <= 1 ? undefined : `the compression type ${compressionType} is unknown: use "zlib" or "zstd"`,
  },
  {
    code: "QC07",
    title: "the virtual disk has whole sectors",
    source: FORMAT,
    check: ({ virtualBytes }) =>
      virtualBytes > 0 && virtualBytes % 512 === 0
        ? undefined
        : `the virtual disk has ${virtualBytes} bytes, not whole sectors: make the file again`,
  },
  {
    code: "QC08",
    title: "the tables lie inside the file",
    source: FORMAT,
    check: ({ tablesEnd, fileBytes }) =>
      tablesEnd <= fileBytes
        ? undefined
        : `the file has ${fileBytes} bytes, its tables reach to ${tablesEnd}: it was cut short, make it again`,
  },
  {
    code: "QC09",
    title: "clusters have 512 bytes to 2 MiB",
    source: FORMAT,
    check: ({ clusterBits }) =>
      clusterBits >= 9 && clusterBits <= 21 ? undefined : `a cluster has 2^${clusterBits} bytes: make the file again`,
  },
];
