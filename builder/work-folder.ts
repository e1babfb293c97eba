import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { identityOf, isAlive, type ProcessIdentity } from "../store/identity";
import type { ImagePaths } from "../store/layout";

/** Tells whose a work folder is. */
const OWNER_FILE = "owner.json";

/** How long a folder without an owner is left alone, in milliseconds: it may be one that is just being made. */
const UNOWNED_MS = 60_000;

/** A private folder in which one build works. */
export interface WorkFolder {
  readonly path: string;
  /** Where Packer runs: the request's files. */
  readonly recipe: string;
  /** Where Packer writes the disk, which must not be there before. */
  readonly output: string;
  readonly disk: string;
  readonly console: string;
  readonly installerLog: string;
  readonly firmwareLog: string;
  readonly packerLog: string;
  readonly screenshot: string;
  readonly monitor: string;
  readonly temporary: string;
}

/** Makes a work folder in the store, for its owner alone (0700), with the request's files in it. */
export function makeWorkFolder(
  { work, name, shortFingerprint }: ImagePaths,
  diskFile: string,
  files: ReadonlyMap<string, Buffer>,
): WorkFolder {
  const path = join(work, `${name}-${shortFingerprint}-${randomBytes(6).toString("hex")}`);
  const fresh = join(work, `.new-${randomBytes(6).toString("hex")}`);
  mkdirSync(work, { recursive: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(join(fresh, OWNER_FILE), JSON.stringify(identityOf()));
  for (const folder of ["recipe", "tmp"]) mkdirSync(join(fresh, folder), { mode: 0o700 });
  for (const [file, content] of files) writeFileSync(join(fresh, "recipe", file), content);
  renameSync(fresh, path);
  return {
    path,
    recipe: join(path, "recipe"),
    output: join(path, "output"),
    disk: join(path, "output", diskFile),
    console: join(path, "console.log"),
    installerLog: join(path, "installer.log"),
    firmwareLog: join(path, "firmware.log"),
    packerLog: join(path, "packer.log"),
    screenshot: join(path, "screenshot.ppm"),
    monitor: join(path, "monitor.sock"),
    temporary: join(path, "tmp"),
  };
}

/**
 * Removes the work folders of builders that are gone, and gives their names. Where a builder was killed together with
 * its guard, Packer and QEMU still run in such a folder; they are killed first.
 */
export function removeLeftovers({ work }: ImagePaths, now: number = Date.now()): string[] {
  const names = readdirSync(work, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const left = names.map(({ name }) => name).filter((name) => isLeftOver(join(work, name), now));
  for (const name of left) {
    for (const pid of processesIn(join(work, name))) killQuietly(pid);
    rmSync(join(work, name), { recursive: true, force: true });
  }
  return left;
}

/** Processes that work in a folder or below it, where the system tells (Linux). */
export function processesIn(folder: string): number[] {
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
    return stat !== undefined && now - stat.mtimeMs > UNOWNED_MS;
  }
}
