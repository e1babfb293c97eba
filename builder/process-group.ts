import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { onLines } from "../util/lines";
import { identityOf } from "../util/processes";
import type { Guard } from "./guard";

/** How long a program may take to clean up after SIGTERM, in milliseconds. */
const GRACE_MS = 6_000;

/** How a program is started. */
export interface GroupRun {
  /** An absolute path. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** File for the identity of the process that leads the group. */
  readonly groupFile: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly guard: Guard;
  readonly onLine: (line: string) => void;
}

/** A program at work. */
export interface RunningGroup {
  readonly pid: number;
  /** Settles when the program and all that it started have ended. */
  readonly ended: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Asks the program to end, and kills its process group if it does not. */
  terminate(): void;
}

/**
 * Starts a program as the leader of a process group, which what it starts inherits: QEMU does not outlive Packer, nor the
 * builder. It waits until the guard knows the group. When the program ends, the rest of the group is killed.
 */
export async function startGroup({
  program,
  args,
  cwd,
  groupFile,
  environment,
  guard,
  onLine,
}: GroupRun): Promise<RunningGroup> {
  const child = spawn("/bin/sh", ["-c", 'read -r go && exec "$0" "$@" </dev/null', program, ...args], {
    cwd,
    env: environment,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error("/bin/sh cannot be run");
  child.stdin.on("error", () => undefined);
  const read = [child.stdout, child.stderr].map((stream) => onLines(stream, onLine));

  let grace: NodeJS.Timeout | undefined;
  const ended = new Promise<{ status: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("exit", () => killGroup(pid));
    child.once("close", (status, signal) => {
      clearTimeout(grace);
      killGroup(pid);
      void Promise.all([...read, guard.forget(pid)]).then(() => resolve({ status, signal }));
    });
  });
  await guard.watch(pid);
  writeFileSync(groupFile, JSON.stringify(identityOf(pid)));
  child.stdin.end("go\n");
  return {
    pid,
    ended,
    terminate: () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      grace ??= setTimeout(() => killGroup(pid), GRACE_MS);
    },
  };
}

function killGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
