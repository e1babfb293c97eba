import { randomBytes } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";

/** What the names of unfinished files and folders end with. */
export const UNFINISHED = ".new";

/**
 * Writes a file that others see whole or not at all.
 * @throws the file system's error; nothing is left then
 */
export function writeWhole(path: string, content: string | Uint8Array, mode: number = 0o666): void {
  makeWhole(path, (beside) => writeFileSync(beside, content, { mode }));
}

/** As `writeWhole`, for whatever `make` makes at the path that it is given: a file, a link or a folder. */
export function makeWhole(path: string, make: (beside: string) => void): void {
  const beside = besidePath(path);
  try {
    make(beside);
    renameSync(beside, path);
  } finally {
    // Two names of one file: a rename leaves both, rename(2).
    rmSync(beside, { recursive: true, force: true });
  }
}

/** As `makeWhole`, for what takes a while. Gives what `make` gives. */
export async function makeWholeSlowly<T>(path: string, make: (beside: string) => Promise<T>): Promise<T> {
  const beside = besidePath(path);
  try {
    const result = await make(beside);
    renameSync(beside, path);
    return result;
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    throw error;
  }
}

function besidePath(path: string): string {
  return `${path}.${randomBytes(6).toString("hex")}${UNFINISHED}`;
}
