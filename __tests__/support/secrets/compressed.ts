import { spawnSync } from "node:child_process";
import { inflateRawSync, constants } from "node:zlib";

/** Something compressed within other bytes. */
export interface Compressed {
  readonly kind: string;
  readonly offset: number;
}

/** How compressed data begin, and the program that makes them plain again, as far as they are whole. */
const KINDS: readonly { readonly kind: string; readonly magic: Buffer; readonly command?: readonly string[] }[] = [
  { kind: "gzip", magic: Buffer.from("1f8b08", "hex"), command: ["gzip", "-dc"] },
  { kind: "zstd", magic: Buffer.from("28b52ffd", "hex"), command: ["zstd", "-dc", "--memory=512MB"] },
  { kind: "xz", magic: Buffer.from("fd377a585a00", "hex"), command: ["xz", "-dc"] },
  { kind: "lz4", magic: Buffer.from("04224d18", "hex"), command: ["lz4", "-dc"] },
  { kind: "bzip2", magic: Buffer.from("314159265359", "hex"), command: ["bzip2", "-dc"] },
  { kind: "zip", magic: Buffer.from("504b0304", "hex") },
];

/** The digits of pi that stand in bzip2's header come after four bytes. */
const BEFORE_MAGIC: Record<string, number> = { bzip2: 4 };

/** Where data of a known compression seem to begin. */
export function compressedIn(bytes: Buffer): Compressed[] {
  return KINDS.flatMap(({ kind, magic }) => {
    const found: Compressed[] = [];
    for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
      const offset = at - (BEFORE_MAGIC[kind] ?? 0);
      // The flags of gzip have three bits that are never set: RFC 1952, section 2.3.1.
      if (offset >= 0 && !(kind === "gzip" && (bytes[at + 3] ?? 0) > 0x1f)) found.push({ kind, offset });
    }
    return found;
  });
}

/** What comes out of bytes that begin with compressed data; whatever stands behind them is left. Empty if nothing does. */
export function decompressed(kind: string, bytes: Buffer): Buffer {
  if (kind === "zip") return unzippedEntry(bytes);
  const [program = "", ...args] = KINDS.find((one) => one.kind === kind)?.command ?? [];
  const { stdout, error } = spawnSync(program, args, {
    input: bytes,
    maxBuffer: 1 << 30,
    stdio: ["pipe", "pipe", "ignore"],
    timeout: 60_000,
  });
  if (error !== undefined && (error as NodeJS.ErrnoException).code === "ENOENT") throw error;
  return stdout ?? Buffer.alloc(0);
}

/** One entry of a zip file: its header has 30 bytes, a name and an extra field; method 8 is deflate. */
function unzippedEntry(bytes: Buffer): Buffer {
  if (bytes.length < 30 || bytes.readUInt16LE(8) !== 8) return Buffer.alloc(0);
  const data = bytes.subarray(30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28));
  try {
    return inflateRawSync(data, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}
