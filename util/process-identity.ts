import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";

/** What tells a process from every other, one that later gets the same number included. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own notation (Linux: clock ticks since boot); immune to changes of the clock. */
  readonly started: string;
  /** Which boot of the host. */
  readonly boot: string;
  /** Namespace in which `pid` counts; empty where the system has none. */
  readonly namespace: string;
}

let ownBoot: string | undefined;

/** Identity of a living process, by default of this one; undefined where there is none, or only a zombie. */
export function identityOf(pid: number = process.pid): ProcessIdentity | undefined {
  const started = startOf(pid);
  return started === undefined ? undefined : { pid, started, boot: bootId(), namespace: pidNamespace() };
}

/**
 * Whether that very process still runs. One of another pid namespace cannot be seen from here, and counts as alive as
 * long as the host was not started again.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.boot !== bootId()) return false;
  if (identity.namespace !== pidNamespace()) return true;
  return startOf(identity.pid) === identity.started;
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
  readonly started: string;
}

function fieldsOf(pid: number): ProcessFields | undefined {
  return process.platform === "linux" ? fieldsOfProc(pid) : fieldsOfPs(pid);
}

/** Fields 2, 3, 4 and 22 of `/proc/PID/stat`: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function fieldsOfProc(pid: number): ProcessFields | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  const commandEnd = stat.lastIndexOf(")");
  const [state = "", parent = "", ...rest] = stat.slice(commandEnd + 2).split(" ");
  return { command: stat.slice(stat.indexOf("(") + 1, commandEnd), state, parent, started: rest[17] ?? "" };
}

function fieldsOfPs(pid: number): ProcessFields | undefined {
  let line: string;
  try {
    line = execFileSync("ps", ["-o", "state=,ppid=,lstart=,comm=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
  const match = /^(\S)\S*\s+(\d+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(line);
  if (match === null) return undefined;
  const [, state = "", parent = "", started = "", command = ""] = match;
  return { command, state, parent, started };
}

function pidNamespace(): string {
  return process.platform === "linux" ? readlinkSync("/proc/self/ns/pid") : "";
}
