import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cachePaths } from "./cache";

/** What is remembered of one executable: its version while size and modification time stay as they are. */
interface Entry {
  version: string;
  size: number;
  mtimeMs: number;
}

/** The version remembered for the executable at `path`; undefined when it is unknown or the file has changed since. */
export function rememberedVersion(path: string): string | undefined {
  const entry = readMemo()[keyOf(path)];
  const stat = statSync(path, { throwIfNoEntry: false });
  return entry && stat && entry.size === stat.size && entry.mtimeMs === stat.mtimeMs ? entry.version : undefined;
}

/** Remembers a version. A cache that cannot be written is no error: the version is then asked for each time. */
export function rememberVersion(path: string, version: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat || rememberedVersion(path) === version) return;
  const file = cachePaths().versions;
  const memo = { ...readMemo(), [keyOf(path)]: { version, size: stat.size, mtimeMs: stat.mtimeMs } };
  try {
    mkdirSync(dirname(file), { recursive: true });
    const beside = `${file}.${process.pid}`;
    writeFileSync(beside, JSON.stringify({ executables: memo }, undefined, 1));
    renameSync(beside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

/** A virtual environment's python is a link out of its folder, so the folder must tell two of them apart. */
function keyOf(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}

function readMemo(): Record<string, Entry> {
  let text: string;
  try {
    text = readFileSync(cachePaths().versions, "utf8");
  } catch {
    return {};
  }
  try {
    return (JSON.parse(text) as { executables?: Record<string, Entry> }).executables ?? {};
  } catch {
    return {};
  }
}
