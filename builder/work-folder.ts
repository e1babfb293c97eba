import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { LifeSign } from "../util/process-lock.js";
import { GROUP_FILE, ownFolder } from "../store/abandoned";
import type { ImagePaths } from "../store/layout";

/** Files of a machine's host-side devices: see devices.ts. */
export interface MachineFolder {
  readonly path: string;
  readonly console: string;
  readonly installerLog: string;
  readonly firmwareLog: string;
  readonly screenshot: string;
  readonly monitor: string;
  /** What the sealing told of the image's contents. */
  readonly contents: string;
}

/** A private folder in which one build works. */
export interface WorkFolder extends MachineFolder {
  /** Where Packer runs: the request's files. */
  readonly recipe: string;
  /** Where Packer writes the disk, which must not be there before. */
  readonly output: string;
  readonly disk: string;
  readonly packerLog: string;
  readonly temporary: string;
  /** Where Ansible's failed tasks are noted: see host/ansible.ts. */
  readonly ansibleEvents: string;
  /** Tells which process group works here: see store/abandoned.ts. */
  readonly group: string;
}

/** Where the work folder of one build in the store lies, and what goes where in it; nothing is made. */
export function workFolder(
  { work, name, shortFingerprint }: Pick<ImagePaths, "work" | "name" | "shortFingerprint">,
  diskFile: string,
): WorkFolder {
  const path = join(work, `${name}-${shortFingerprint}-${randomBytes(6).toString("hex")}`);
  return {
    ...machineFolder(path),
    recipe: join(path, "recipe"),
    output: join(path, "output"),
    disk: join(path, "output", diskFile),
    packerLog: join(path, "packer.log"),
    temporary: join(path, "tmp"),
    ansibleEvents: join(path, "ansible-events"),
    group: join(path, GROUP_FILE),
  };
}

/** What a machine that the builder watches writes into its folder. */
export function machineFolder(path: string): MachineFolder {
  return {
    path,
    console: join(path, "console.log"),
    installerLog: join(path, "installer.log"),
    firmwareLog: join(path, "firmware.log"),
    screenshot: join(path, "screenshot.ppm"),
    monitor: join(path, "monitor.sock"),
    contents: join(path, "contents.txt"),
  };
}

/** Makes a work folder, for its owner alone (0700), with the request's files in it. It is this process's by its life sign. */
export function makeWorkFolder({ path }: WorkFolder, files: ReadonlyMap<string, Buffer>, sign: LifeSign): void {
  const fresh = `${path}.new`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    mkdirSync(fresh, { mode: 0o700 });
    ownFolder(fresh, sign);
    for (const folder of ["recipe", "tmp"]) mkdirSync(join(fresh, folder), { mode: 0o700 });
    for (const [file, content] of files) writeFileSync(join(fresh, "recipe", file), content);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
}
