import { readdirSync, readlinkSync } from "node:fs";
import { realPath } from "./backing-file";

/** A file of the store that a process has open. */
export interface OpenFile {
  readonly pid: number;
  /** With links resolved. */
  readonly path: string;
}

/**
 * The files at and below a folder that other processes of this host have open, as far as this user may see. Empty where
 * the system has no /proc: https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html
 */
export function openFilesBelow(folder: string): OpenFile[] {
  if (process.platform !== "linux") return [];
  const prefix = `${realPath(folder)}/`;
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) =>
    linksOf(`/proc/${pid}/fd`)
      .filter((path) => path.startsWith(prefix))
      .map((path) => ({ pid: Number(pid), path })),
  );
}

/** A process may end, or close a file, while it is looked at; another user's shows nothing. */
function linksOf(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((name) => linkOf(`${folder}/${name}`));
  } catch {
    return [];
  }
}

function linkOf(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}
