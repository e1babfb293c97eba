import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isAlive, type ProcessIdentity } from "./identity";
import type { ImagePaths } from "./layout";
import { removeStaleLocks } from "./stale-locks";

/** Tells whose a folder in `<store>/.work` is: the `ProcessIdentity` of who works there. */
export const OWNER_FILE = "owner.json";

/**
 * How long a folder without an owner is left alone, in milliseconds: it may be one that is just being made. One that is
 * so far in the future was made before the clock was set back.
 */
const UNOWNED_MS = 60_000;

/**
 * Removes the locks and work folders of builders that are gone, and gives the folders' names. Where a builder was killed together with
 * its guard, Packer and QEMU still run in such a folder; they are killed first.
 */
export function removeLeftovers(paths: Pick<ImagePaths, "work">, now: number = Date.now()): string[] {
  removeStaleLocks(join(dirname(paths.work), ".locks"), now);
  const left = findLeftovers(paths, now);
  for (const name of left) {
    for (const pid of processesIn(join(paths.work, name))) killQuietly(pid);
    rmSync(join(paths.work, name), { recursive: true, force: true });
  }
  return left;
}

/** The names of the work folders whose owners are gone; none where the store has no such folders at all. */
export function findLeftovers({ work }: Pick<ImagePaths, "work">, now: number = Date.now()): string[] {
  if (!existsSync(work)) return [];
  const folders = readdirSync(work, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).filter((name) => isLeftOver(join(work, name), now));
}

/** Processes that work in a folder or below it, where the system tells (Linux). */
function processesIn(folder: string): number[] {
  if (process.platform !== "linux") return [];
  const real = realpathSync(folder);
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => `${folderOf(pid)}/`.startsWith(`${real}/`)).map(Number);
}

function folderOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    return;
  }
}

function isLeftOver(folder: string, now: number): boolean {
  try {
    return !isAlive(JSON.parse(readFileSync(join(folder, OWNER_FILE), "utf8")) as ProcessIdentity);
  } catch {
    const stat = statSync(folder, { throwIfNoEntry: false });
    return stat !== undefined && Math.abs(now - stat.mtimeMs) > UNOWNED_MS;
  }
}
