import { existsSync, readdirSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isAbandoned } from "./abandoned";
import { storeFolders } from "./layout";
import { removeStaleLocks } from "./stale-locks";

/** Tells whose a folder in `<store>/.work` is: the `ProcessIdentity` of who works there. */
export const OWNER_FILE = "owner.json";

/**
 * Removes the locks and work folders of builders that are gone, and gives the folders. Where a builder was killed together
 * with its guard, Packer and QEMU still run in such a folder; they are killed first.
 */
export function removeLeftovers(store: string, now: number = Date.now()): string[] {
  removeStaleLocks(storeFolders(store).locks, now);
  const left = findLeftovers(store, now);
  for (const folder of left) {
    for (const pid of processesIn(folder)) killQuietly(pid);
    rmSync(folder, { recursive: true, force: true });
  }
  return left;
}

/** The work folders whose owners are gone; none where the store has no such folders at all. */
export function findLeftovers(store: string, now: number = Date.now()): string[] {
  const { work } = storeFolders(store);
  if (!existsSync(work)) return [];
  const folders = readdirSync(work, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => join(work, name)).filter((path) => isAbandoned(path, join(path, OWNER_FILE), now));
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
