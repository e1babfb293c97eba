import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { ByteFile } from "./bytes";
import { BLOCK, goesOn, parseTarHeader, type TarArchive, type TarRecord } from "./tar";

/** A record of a compressed archive, with the beginning of its data. */
export interface UnpackedRecord extends TarRecord {
  readonly start: Buffer;
}

export interface TarGz extends Omit<TarArchive, "records"> {
  readonly records: readonly UnpackedRecord[];
  /** Why the file cannot be unpacked, if so. */
  readonly broken?: string;
}

/** How much of each member is kept: enough for a metadata file, and for the first sectors of a disk. */
const KEPT_BYTES = 64 * 1024;

/** Most records that are read. */
const MOST_RECORDS = 1000;

export async function isGzip(file: ByteFile): Promise<boolean> {
  return (await file.at(0, 2)).equals(Buffer.from([0x1f, 0x8b]));
}

/** The records of a gzipped archive. The whole file is unpacked once, and nothing of it is kept but the beginnings. */
export async function readTarGz(file: ByteFile): Promise<TarGz> {
  const walk = new TarWalk();
  try {
    await pipeline(file.stream(0, file.sizeBytes), createGunzip(), async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) walk.push(piece);
    });
  } catch (error) {
    return { records: walk.records, ended: walk.ended, broken: (error as NodeJS.ErrnoException).code ?? "unknown" };
  }
  return { records: walk.records, ended: walk.ended };
}

/** Goes through an archive that comes in pieces. */
class TarWalk {
  readonly records: UnpackedRecord[] = [];
  private zeroBlocks = 0;
  private readonly block = Buffer.alloc(BLOCK);
  private filled = 0;
  private position = 0;
  /** Bytes of data and padding that are left of the record. */
  private left = 0;
  private dataLeft = 0;
  private stopped = false;
  /** Whether the next block is one of a sparse file's map. */
  private inMap = false;

  get ended(): boolean {
    return this.zeroBlocks >= 2;
  }

  push(piece: Buffer): void {
    for (let at = 0; at < piece.length && !this.stopped;) {
      const rest = piece.subarray(at);
      at += this.left > 0 && !this.inMap ? this.skip(rest) : this.header(rest);
    }
  }

  private skip(piece: Buffer): number {
    const taken = Math.min(this.left, piece.length);
    const record = this.records.at(-1);
    const data = Math.min(this.dataLeft, taken);
    if (record !== undefined && data > 0 && record.start.length < KEPT_BYTES) {
      const kept = Buffer.concat([record.start, piece.subarray(0, Math.min(data, KEPT_BYTES - record.start.length))]);
      this.records[this.records.length - 1] = { ...record, start: kept };
    }
    this.dataLeft -= data;
    this.left -= taken;
    this.position += taken;
    return taken;
  }

  private header(piece: Buffer): number {
    const taken = piece.copy(this.block, this.filled, 0, BLOCK - this.filled);
    this.filled += taken;
    this.position += taken;
    if (this.filled === BLOCK) {
      this.filled = 0;
      if (this.inMap) this.inMap = goesOn(this.block);
      else this.take(parseTarHeader(this.block, this.position));
    }
    return taken;
  }

  private take(record: TarRecord | undefined): void {
    if (record === undefined) {
      this.zeroBlocks += 1;
      return;
    }
    if (!record.sound || this.records.length === MOST_RECORDS) {
      this.stopped = true;
      return;
    }
    this.records.push({ ...record, start: Buffer.alloc(0) });
    this.inMap = record.mapGoesOn;
    this.dataLeft = record.sizeBytes;
    this.left = Math.ceil(record.sizeBytes / BLOCK) * BLOCK;
  }
}
