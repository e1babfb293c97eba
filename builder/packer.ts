import { spawn } from "node:child_process";
import type { Guard } from "./guard";
import { onLines } from "../util/lines";

/** How long Packer may take to clean up after SIGTERM, in milliseconds. */
const GRACE_MS = 6_000;

/** How Packer is started. */
export interface PackerRun {
  readonly packer: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly guard: Guard;
  readonly onLine: (line: string) => void;
}

/** Packer at work. */
export interface RunningPacker {
  readonly pid: number;
  /** Settles when Packer and all that it started are gone. */
  readonly ended: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Asks Packer to end, and makes it where it does not. */
  terminate(): void;
}

/**
 * Starts Packer as the leader of a process group that its plugin and QEMU inherit. It begins its work only when the
 * guard knows the group; whatever of the group is left when Packer ends is killed.
 */
export async function startPacker({
  packer,
  args,
  cwd,
  environment,
  guard,
  onLine,
}: PackerRun): Promise<RunningPacker> {
  const child = spawn("/bin/sh", ["-c", 'read -r go && exec "$0" "$@" </dev/null', packer, ...args], {
    cwd,
    env: environment,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error("/bin/sh cannot be run");
  child.stdin.on("error", () => undefined);
  for (const stream of [child.stdout, child.stderr]) onLines(stream, onLine);

  let grace: NodeJS.Timeout | undefined;
  const ended = new Promise<{ status: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("exit", () => killGroup(pid));
    child.once("close", (status, signal) => {
      clearTimeout(grace);
      killGroup(pid);
      void guard.forget(pid).then(() => resolve({ status, signal }));
    });
  });
  await guard.watch(pid);
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
