import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../util/user-error";

/** What a file system's refusal means and what to do about it, by its error number: errno(3). */
const REFUSALS: Readonly<Record<string, string>> = {
  ENOSPC: "cannot be written: its file system is full; make room, for instance by: os-images gc",
  EDQUOT: "cannot be written: the disk quota is used up; make room, for instance by: os-images gc",
  EROFS: "cannot be written: its file system is read-only; mount it writable, or name another store",
  EACCES: "is not for this user to use; give the right to, or name a store of this user's own",
  EPERM: "is not for this user to use; give the right to, or name a store of this user's own",
  EIO: "cannot be read or written: the disk under it fails; see dmesg, and name a store on another one",
};

/**
 * Makes a folder with its parents. On a read-only file system Node's recursive form tells of a missing parent instead
 * (ENOENT); so the first folder that is missing is made by itself, which tells the truth.
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    let missing = folder;
    while (!existsSync(dirname(missing))) missing = dirname(missing);
    if (!existsSync(missing)) mkdirSync(missing);
    throw error;
  }
}

/** System calls whose errors name no file: they have a descriptor alone. */
const BY_DESCRIPTOR = ["write", "read", "fsync", "ftruncate"];

/**
 * An error of the host's file systems as one message for the user, with the file and what to do; any other error as it
 * is. Exit code 1. `place` is named where the error names no file.
 */
export function asHostError(error: unknown, place: string): unknown {
  const { code = "", path, dest, syscall = "" } = (error ?? {}) as NodeJS.ErrnoException & { readonly dest?: string };
  const refusal = REFUSALS[code];
  const file = dest ?? path ?? (BY_DESCRIPTOR.includes(syscall) ? place : undefined);
  if (refusal === undefined || file === undefined || syscall.startsWith("spawn")) return error;
  return new UserError(`${file} ${refusal} (${code})`, 1);
}
