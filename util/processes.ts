import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";

/** What distinguishes a process from every other, even from one that later gets the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own notation (Linux: clock ticks since boot); immune to changes of the clock. */
  readonly started: string;
  /** Which boot of the host. */
  readonly boot: string;
  /** Namespace in which `pid` counts; empty if the system has none. */
  readonly namespace: string;
}

let ownBoot: string | undefined;

/** Identity of a living process, by default of this one; undefined if there is none, or only a zombie. */
export function identityOf(pid: number = process.pid): ProcessIdentity | undefined {
  const started = startOf(pid);
  return started === undefined ? undefined : { pid, started, boot: bootId(), namespace: pidNamespace() };
}

/** Whether that very process still runs, as far as it can be seen from here: not one of another pid namespace. */
export function isRunning(identity: ProcessIdentity): boolean {
  return isCountedHere(identity) && startOf(identity.pid) === identity.started;
}

/**
 * The processes of the group that a process leads or has led, those alone that started after it: its number may be
 * another's by now. Empty if the system has no /proc.
 */
export function groupMembers(leader: ProcessIdentity): number[] {
  if (process.platform !== "linux" || !isCountedHere(leader)) return [];
  return allProcesses().filter((pid) => {
    const fields = fieldsOf(pid);
    return fields?.group === String(leader.pid) && Number(fields.started) >= Number(leader.started);
  });
}

/** The processes that work in a folder or below it, as far as this user may see. Empty if the system has no /proc. */
export function processesIn(folder: string): number[] {
  return allProcesses().filter((pid) => linkOf(`/proc/${pid}/cwd`).some((path) => isWithin(path, folder)));
}

/** A file that a process has open. */
export interface OpenFile {
  readonly pid: number;
  /** With links resolved. */
  readonly path: string;
}

/**
 * The files at and below a folder that other processes of this host have open, as far as this user may see. Empty if
 * the system has no /proc: https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html
 */
export function openFilesBelow(folder: string): OpenFile[] {
  return allProcesses()
    .filter((pid) => pid !== process.pid)
    .flatMap((pid) => linksIn(`/proc/${pid}/fd`).map((path) => ({ pid, path })))
    .filter(({ path }) => isWithin(path, folder));
}

/** Differs from one boot of the host to the next. */
export function bootId(): string {
  ownBoot ??=
    process.platform === "linux"
      ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
      : execFileSync("sysctl", ["-n", "kern.bootsessionuuid"], { encoding: "utf8" }).trim();
  return ownBoot;
}

/** A process's number, its parent's and its command, as `ancestors` gives them. */
export interface Ancestor extends ProcessIdentity {
  readonly command: string;
}

/** The parents of a process, nearest first, process 1 left out. */
export function ancestors(pid: number = process.pid): Ancestor[] {
  const found: Ancestor[] = [];
  for (let next = parentOf(pid); next !== undefined && next.pid > 1; next = parentOf(next.pid)) {
    const identity = identityOf(next.pid);
    if (identity === undefined) break;
    found.push({ ...identity, command: next.command });
  }
  return found;
}

/** What a process was started with. */
export interface CommandLine {
  readonly pid: number;
  readonly text: string;
}

/** The command lines of all users' other processes. Empty if the system has no /proc. */
export function commandLines(): CommandLine[] {
  return allProcesses()
    .filter((pid) => pid !== process.pid)
    .flatMap((pid) => readIfPresent(`/proc/${pid}/cmdline`).map((text) => ({ pid, text: text.replaceAll("\0", " ") })));
}

/**
 * Inode numbers of all files that any process has locked, those of other users and containers too, the process unknown.
 * Empty if the system has no /proc: https://man7.org/linux/man-pages/man5/proc_locks.5.html
 */
export function lockedInodes(): Set<number> {
  const lines = readIfPresent("/proc/locks").flatMap((text) => text.split("\n"));
  return new Set(lines.flatMap((line) => Number(/ [0-9a-f]+:[0-9a-f]+:(\d+) /.exec(line)?.[1] ?? [])));
}

function readIfPresent(file: string): string[] {
  try {
    return [readFileSync(file, "utf8")];
  } catch {
    return [];
  }
}

function allProcesses(): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** A process may end, or close a file, while it is looked at; another user's shows nothing. */
function linksIn(folder: string): string[] {
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

function isWithin(path: string, folder: string): boolean {
  try {
    return `${path}/`.startsWith(`${realpathSync(folder)}/`);
  } catch {
    return false;
  }
}

function isCountedHere({ boot, namespace }: ProcessIdentity): boolean {
  return boot === bootId() && namespace === pidNamespace();
}

function parentOf(pid: number): { pid: number; command: string } | undefined {
  const parent = Number(fieldsOf(pid)?.parent ?? 0);
  return parent > 0 ? { pid: parent, command: fieldsOf(parent)?.command ?? "" } : undefined;
}

function startOf(pid: number): string | undefined {
  const fields = fieldsOf(pid);
  return fields === undefined || fields.state === "Z" || fields.state === "X" ? undefined : fields.started;
}

interface ProcessFields {
  readonly command: string;
  readonly state: string;
  readonly parent: string;
  readonly group: string;
  readonly started: string;
}

function fieldsOf(pid: number): ProcessFields | undefined {
  return process.platform === "linux" ? fieldsOfProc(pid) : fieldsOfPs(pid);
}

/** Fields 2 to 5 and 22 of `/proc/PID/stat`: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function fieldsOfProc(pid: number): ProcessFields | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  const commandEnd = stat.lastIndexOf(")");
  const [state = "", parent = "", group = "", ...rest] = stat.slice(commandEnd + 2).split(" ");
  return { command: stat.slice(stat.indexOf("(") + 1, commandEnd), state, parent, group, started: rest[16] ?? "" };
}

/** The same out of ps(1), which writes the start by locale and time zone. */
export function fieldsOfPs(pid: number): ProcessFields | undefined {
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  let line: string;
  try {
    line = execFileSync("ps", ["-o", "state=,ppid=,pgid=,lstart=,comm=", "-p", String(pid)], { encoding: "utf8", env });
  } catch {
    return undefined;
  }
  const match = /^(\S)\S*\s+(\d+)\s+(\d+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(line.trim());
  if (match === null) return undefined;
  const [, state = "", parent = "", group = "", started = "", command = ""] = match;
  return { command, state, parent, group, started };
}

function pidNamespace(): string {
  return process.platform === "linux" ? readlinkSync("/proc/self/ns/pid") : "";
}
