import { existsSync, lstatSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { readJson } from "../util/json-file";
import { groupMembers, processesIn, type ProcessIdentity } from "../util/processes";
import { isAlive, removeStaleLocks, type LifeSign } from "../util/process-lock.js";
import { storeFolders } from "./layout";

/** In each folder of `<store>/.work`: a link to the life sign of the process that works there. */
const OWNER = "owner";

/** In the work folder of a build: the `ProcessIdentity` of the process that leads Packer's group. */
export const GROUP_FILE = "group.json";

/** Grace period for a folder without an owner, in milliseconds: it may be just being made. */
const UNOWNED_MS = 60_000;

/** The names that work folders of builds and the folders that gc empties have; others are not ours. */
const OWN_NAME = /-[0-9a-f]{12}(\.new)?$/;

/** Says that a folder of `<store>/.work` is this process's. */
export function ownFolder(folder: string, sign: LifeSign): void {
  symlinkSync(relative(folder, sign.path), join(folder, OWNER));
}

/**
 * Removes the locks and work folders of processes that are gone, and gives the folders. If a builder was killed together
 * with its guard, Packer and QEMU still run; they are killed first. A folder that another process uses stays.
 */
export function removeAbandoned(store: string, now: number = Date.now()): string[] {
  const folders = abandonedFolders(store, now).filter((folder) => {
    const inside = processesIn(folder);
    const build = buildProcesses(folder, inside);
    build.forEach(killQuietly);
    return build.length === inside.length;
  });
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  removeStaleLocks(storeFolders(store).locks, now);
  return folders;
}

/** The work folders whose processes are gone. */
export function abandonedFolders(store: string, now: number = Date.now()): string[] {
  const { work } = storeFolders(store);
  if (!existsSync(work)) return [];
  const folders = readdirSync(work, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .filter(({ name }) => OWN_NAME.test(name))
    .map(({ name }) => join(work, name))
    .filter((folder) => isAbandoned(folder, now));
}

/** A time that is far in the future was written before the clock was set back. */
function isAbandoned(folder: string, now: number): boolean {
  const owner = join(folder, OWNER);
  if (lstatSync(owner, { throwIfNoEntry: false }) !== undefined) return !isAlive(owner);
  const made = statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && Math.abs(now - made) > UNOWNED_MS;
}

/** Of the processes in a work folder, those of its build. */
function buildProcesses(folder: string, inside: readonly number[]): number[] {
  const leader = readJson(join(folder, GROUP_FILE));
  if (typeof leader !== "object" || leader === null) return [];
  return groupMembers(leader as ProcessIdentity).filter((pid) => inside.includes(pid));
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
