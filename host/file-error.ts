import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UserError } from "../util/user-error";
import { cacheDir } from "./cache";

/** What to do about a file, by where it lies. */
interface Advice {
  readonly makeRoom: string;
  readonly elsewhere: string;
  readonly rights: string;
}

const FOR_STORE: Advice = {
  makeRoom: "make room, for instance by: os-images gc",
  elsewhere: "name another store",
  rights: "give the right to, or name a store of this user's own",
};

const FOR_CACHE: Advice = {
  makeRoom: "make room, or set XDG_CACHE_HOME to a folder of a larger disk",
  elsewhere: "set XDG_CACHE_HOME to another folder",
  rights: "give it back to this user (a run by sudo may have taken it), or set XDG_CACHE_HOME to another folder",
};

/** What a file system's refusal means and what to do about it, by its error number: errno(3). */
const REFUSALS: Readonly<Record<string, (advice: Advice) => string>> = {
  ENOSPC: ({ makeRoom }) => `cannot be written: its file system is full; ${makeRoom}`,
  EDQUOT: ({ makeRoom }) => `cannot be written: the disk quota is used up; ${makeRoom}`,
  EROFS: ({ elsewhere }) => `cannot be written: its file system is read-only; mount it writable, or ${elsewhere}`,
  EACCES: ({ rights }) => `is not for this user to use; ${rights}`,
  EPERM: ({ rights }) => `is not for this user to use; ${rights}`,
  EIO: ({ elsewhere }) => `cannot be read or written: the disk under it fails; see dmesg, and ${elsewhere}`,
};

/**
 * Makes a folder with its parents. On a read-only file system Node's recursive form reports a missing parent instead
 * (ENOENT); so the first folder that is missing is made by itself, which gives the true reason.
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
 * is. Exit code 1. `place` is named if the error names no file.
 */
export function asHostError(error: unknown, place: string): unknown {
  const { code = "", path, dest, syscall = "" } = (error ?? {}) as NodeJS.ErrnoException & { readonly dest?: string };
  const refusal = REFUSALS[code];
  const file = dest ?? path ?? (BY_DESCRIPTOR.includes(syscall) ? place : undefined);
  if (refusal === undefined || file === undefined || syscall.startsWith("spawn")) return error;
  const advice = `${resolve(file)}/`.startsWith(`${cacheDir()}/`) ? FOR_CACHE : FOR_STORE;
  return new UserError(`${file} ${refusal(advice)} (${code})`, 1);
}
