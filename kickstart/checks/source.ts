import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { UserError } from "../../util/user-error";
import type { Hit, CodeInfo } from "./rule";

/** Above this a file is not read: no kickstart is that large, and the parser takes a second for each MiB. */
export const MAX_BYTES = 1024 * 1024;

const notUtf8: CodeInfo = {
  code: "KS001",
  severity: "error",
  title: "not UTF-8",
  why: "pykickstart, and so Anaconda, decodes a kickstart as UTF-8 and stops at the first other byte.",
  remedy: "Save the file as UTF-8.",
};

const nulByte: CodeInfo = {
  code: "KS002",
  severity: "error",
  title: "NUL byte",
  why: "No kickstart holds a NUL byte; the file is binary, or UTF-16.",
  remedy: "Save the file as UTF-8 text, or name the right file.",
};

const tooLarge: CodeInfo = {
  code: "KS004",
  severity: "error",
  title: "file too large",
  why: "A file of more than 1 MiB is not checked: it is no kickstart, or it carries a payload.",
  remedy: "Fetch payloads in %post or put them into a package, and keep the kickstart small.",
};

const TOO_LARGE = "the file has more than 1 MiB and is not read: write a smaller kickstart";

const empty: CodeInfo = {
  code: "KS005",
  severity: "error",
  title: "empty file",
  why: "A kickstart without a command makes the installer ask for everything.",
  remedy: "Write a kickstart, or convert one with `os-images convert`.",
};

/** What can be wrong with a file before it is parsed. A file with one of these is not parsed. */
export const SOURCE_CODES = { notUtf8, nulByte, tooLarge, empty };

/** A hit with its code; `line` counts from 1. */
interface SourceHit extends Hit {
  readonly info: CodeInfo;
  readonly line: number;
}

/** The text of a kickstart, or why it is none. */
export type Source = { readonly text: string } | { readonly problem: SourceHit };

/**
 * Reads a kickstart file.
 * @throws UserError if the file cannot be read
 */
export function readSource(path: string): Source {
  try {
    return decode(readFileSync(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    if (code === "ENOENT") throw new UserError(`${path}: there is no such file`);
    if (code === "EISDIR") throw new UserError(`${path} is a folder: name the kickstart files in it`);
    throw new UserError(`${path} cannot be read (${code})`);
  }
}

/** Reads a kickstart from standard input, and no more of it than a kickstart may have. */
export async function readStandardInput(): Promise<Source> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BYTES) break;
  }
  return decode(Buffer.concat(chunks));
}

/** The text in the bytes of a kickstart file, or why it is none. */
export function decode(bytes: Uint8Array): Source {
  if (bytes.length > MAX_BYTES) {
    return problem(tooLarge, 1, TOO_LARGE);
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    return problem(nulByte, lineOf(bytes, nul), "a NUL byte: this is no text; save the file as UTF-8");
  }
  try {
    return inspect(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    const bad = firstBadByte(bytes);
    const shown = `0x${(bytes[bad] ?? 0).toString(16).padStart(2, "0")}`;
    return problem(notUtf8, lineOf(bytes, bad), `byte ${shown} is not UTF-8: save the file as UTF-8`);
  }
}

/** The same for a text that was never a file. */
export function inspect(text: string): Source {
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    return problem(nulByte, text.slice(0, nul).split("\n").length, "a NUL byte: this is no text; write it as UTF-8");
  }
  if (Buffer.byteLength(text) > MAX_BYTES) {
    return problem(tooLarge, 1, TOO_LARGE);
  }
  if (text.split("\n").every((line) => /^\uFEFF?\s*(#|$)/.test(line))) {
    return problem(empty, 1, "the file holds no command: write a kickstart");
  }
  return { text };
}

function problem(info: CodeInfo, line: number, message: string): Source {
  return { problem: { info, line, message } };
}

function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let index = 0; index < offset; index++) if (bytes[index] === 0x0a) line++;
  return line;
}

/** The offset of the first byte that is not UTF-8: the longest prefix that is, found by halving. */
function firstBadByte(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isUtf8(bytes.subarray(0, wholeSequences(bytes, middle)))) good = middle;
    else bad = middle;
  }
  return wholeSequences(bytes, good);
}

/** `end`, or the start of the sequence of bytes that `end` cuts in two. */
function wholeSequences(bytes: Uint8Array, end: number): number {
  for (let start = end - 1; start >= Math.max(0, end - 3); start--) {
    const byte = bytes[start] ?? 0;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (byte < 0x80 || byte >= 0xc0) return start + length > end ? start : end;
  }
  return end;
}
