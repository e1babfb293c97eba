import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { formsOf, type Canary } from "./canary";
import { compressedIn, decompressed } from "./compressed";
import { Matcher } from "./matcher";

/** A canary that was found. */
export interface Find {
  readonly canary: string;
  /** How it is written there. */
  readonly form: string;
  /** A file, a log's name, or a part of one. */
  readonly place: string;
  /** In the place, in bytes; within what is compressed, that of the outermost. */
  readonly offset: number;
}

/** How much of a file is looked at in one piece, in bytes. */
const PIECE = 32 << 20;

/** How much is taken for the data of one compressed part, in bytes. */
const PART = 64 << 20;

/** How deep compressed data are looked for in compressed data. */
const DEPTH = 2;

/** Searches bytes, files and folders for canaries in all their forms, in compressed parts too. */
export class Search {
  private readonly matcher: Matcher;

  constructor(canaries: readonly Canary[]) {
    this.matcher = new Matcher(canaries.flatMap(formsOf));
  }

  /** What is found in a text or bytes, under a name of their own. */
  in(place: string, content: string | Buffer): Find[] {
    const bytes = Buffer.from(content as Buffer);
    return this.inSource(place, { size: bytes.length, read: (offset, length) => slice(bytes, offset, length) });
  }

  /** What is found in a file, by default in what is compressed in it too. A hole in it costs next to nothing. */
  inFile(file: string, place = file, depth = DEPTH): Find[] {
    const descriptor = openSync(file, "r");
    try {
      const read = (offset: number, length: number): Buffer => {
        const buffer = Buffer.alloc(length);
        return buffer.subarray(0, readSync(descriptor, buffer, 0, length, offset));
      };
      return this.inSource(place, { size: fstatSync(descriptor).size, read }, depth);
    } finally {
      closeSync(descriptor);
    }
  }

  /** What is found in a folder: in every file that `wanted` lets through, and in the names. Links are not followed. */
  inFolder(folder: string, wanted: (file: string) => boolean = () => true): Find[] {
    return readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      const status = lstatSync(path);
      const named = this.in(`the name ${path}`, name);
      if (!wanted(path)) return named;
      if (status.isDirectory()) return [...named, ...this.inFolder(path, wanted)];
      return status.isFile() ? [...named, ...this.inFile(path)] : named;
    });
  }

  private inSource(place: string, source: Source, depth = DEPTH): Find[] {
    const found: Find[] = [];
    const overlap = this.matcher.longest - 1;
    for (let start = 0; start < source.size; start += PIECE) {
      const piece = source.read(start, PIECE + overlap);
      if (isZero(piece)) continue;
      for (const { canary, form, offset } of this.matcher.matches(piece)) {
        if (offset < PIECE) found.push({ canary, form, place, offset: start + offset });
      }
      if (depth === 0) continue;
      for (const { kind, offset } of compressedIn(piece).filter((part) => part.offset < PIECE)) {
        const inner = decompressed(kind, source.read(start + offset, PART));
        if (inner.length === 0) continue;
        const innerSource = { size: inner.length, read: (at: number, length: number) => slice(inner, at, length) };
        for (const find of this.inSource(place, innerSource, depth - 1)) {
          found.push({ ...find, form: `${find.form} in ${kind}`, offset: start + offset });
        }
      }
    }
    return found;
  }
}

interface Source {
  readonly size: number;
  read(offset: number, length: number): Buffer;
}

function slice(bytes: Buffer, offset: number, length: number): Buffer {
  return bytes.subarray(offset, Math.min(bytes.length, offset + length));
}

function isZero(bytes: Buffer): boolean {
  return bytes.length === 0 || (bytes[0] === 0 && bytes.compare(bytes, 0, bytes.length - 1, 1, bytes.length) === 0);
}
