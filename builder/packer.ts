import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { Guard } from "./guard";
import type { PhaseName } from "./phases";
import { onLines } from "../util/lines";
import { identityOf } from "../util/processes";

/** How long Packer may take to clean up after SIGTERM, in milliseconds. */
const GRACE_MS = 6_000;

/** How Packer is started. */
export interface PackerRun {
  readonly packer: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** File for the identity of the process that leads the group. */
  readonly groupFile: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly guard: Guard;
  readonly onLine: (line: string) => void;
}

/** Packer at work. */
export interface RunningPacker {
  readonly pid: number;
  /** Settles when Packer and all that it started have ended. */
  readonly ended: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Asks Packer to end, and kills its process group if it does not. */
  terminate(): void;
}

/**
 * Starts Packer as the leader of a process group that its plugin and QEMU inherit. It waits until the guard knows the
 * group. When Packer ends, the rest of the group is killed.
 */
export async function startPacker({
  packer,
  args,
  cwd,
  groupFile,
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

/** Lines of `packer build` that begin a phase. */
const PHASE_LINES: readonly { readonly pattern: RegExp; readonly phase: PhaseName }[] = [
  { pattern: /: (?:Using SSH communicator|Waiting for SSH|Waiting for shutdown)/, phase: "install" },
  { pattern: /: Connected to SSH!/, phase: "provision" },
  { pattern: /: Uploading \S*seal\.sh =>/, phase: "seal" },
  { pattern: /: os-images: sealed/, phase: "shutdown" },
  { pattern: /: Converting hard drive/, phase: "convert" },
];

/** So many lines of Packer's output are kept, for the reason at its end. */
const KEPT_LINES = 1000;

/** What `packer build` prints, as far as the builder needs it. */
export class PackerOutput {
  private lines: string[] = [];
  /** The last step that the sealing script has begun. */
  sealStep: string | undefined;
  /** Whether Packer has logged in. */
  connected = false;

  /** Takes a line; gives the phase that it begins, if it begins one. */
  line(line: string): PhaseName | undefined {
    this.lines.push(line);
    if (this.lines.length > 2 * KEPT_LINES) this.lines = this.lines.slice(-KEPT_LINES);
    this.sealStep = /: os-images: seal: (\S+)/.exec(line)?.[1] ?? this.sealStep;
    this.connected ||= line.includes(": Connected to SSH!");
    return PHASE_LINES.find(({ pattern }) => pattern.test(line))?.phase;
  }

  /** The reason that Packer gives for its failure; empty if it gives none. */
  get reason(): string {
    const errored = this.lines.findLast((line) => /^Build '.*' errored after .*?: /.test(line));
    if (errored !== undefined) return errored.replace(/^Build '.*?' errored after .*?: /, "");
    const index = this.lines.findIndex((line) => /^Error: /.test(line));
    if (index < 0) return "";
    const detail = this.lines.slice(index + 1).filter((line) => line.trim() !== "");
    return [this.lines[index]?.replace(/^Error: /, ""), ...detail.slice(0, 4).map((line) => line.trim())].join(" ");
  }
}
