import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join, relative } from "node:path";
import { onLines } from "../../util/lines";
import { StackFailed } from "./app";
import type { Interruption } from "./interruption";

/** A plan comes as one line of JSON, in characters. */
const LONGEST_LINE = 64 << 20;

/** Exit code of what was interrupted. */
const INTERRUPTED = 130;

/** One message of `terraform ... -json`: https://developer.hashicorp.com/terraform/internals/machine-readable-ui */
export interface Event {
  readonly "@message": string;
  readonly type: string;
  readonly hook?: { readonly resource: { readonly addr: string }; readonly output?: string };
  readonly changes?: { readonly add: number; readonly change: number; readonly remove: number };
  readonly outputs?: Readonly<Record<string, Output>>;
  readonly diagnostic?: Diagnostic;
}

export interface Output {
  readonly sensitive: boolean;
  /** Absent if it is sensitive or not known yet. */
  readonly value?: unknown;
}

export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  readonly address?: string;
}

/**
 * Terraform in the folder of one stack. All that it prints goes into `deploy.log` there (0600). An interruption ends what
 * runs, and nothing more is started.
 */
export class Terraform {
  private readonly logFile: string;
  private readonly log: number;

  constructor(
    private readonly program: string,
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly interruption: Interruption,
    /** Gets each line of the log. */
    private readonly onLogLine: (line: string) => void,
  ) {
    this.logFile = join(folder, "deploy.log");
    rmSync(this.logFile, { force: true });
    this.log = openSync(this.logFile, "wx", 0o600);
  }

  /** Runs a command whose output is for people. Gives its exit code and its lines. */
  async run(words: readonly string[]): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
    const lines: string[] = [];
    const code = await this.start(words, (line) => {
      lines.push(line);
      this.note(line);
    });
    return { code, lines };
  }

  /** Runs a command with `-json`. Gives its exit code; each message goes to `onEvent`, and its text into the log. */
  async runJson([command = "", ...words]: readonly string[], onEvent: (event: Event) => void): Promise<number> {
    return this.start([command, "-json", ...words], (line, heedsInterrupts) => {
      const event = parseEvent(line);
      this.note(event === undefined ? line : textOf(event));
      if (event?.type === "apply_start") heedsInterrupts();
      if (event !== undefined) onEvent(event);
    });
  }

  /** What a command prints, which stays out of the log. */
  async read(words: readonly string[]): Promise<string> {
    const lines: string[] = [];
    await this.start(words, (line) => lines.push(line));
    return lines.join("\n");
  }

  close(): void {
    closeSync(this.log);
  }

  /** Why the stack was not deployed, and where to read more. */
  failure(reason: string, exitCode: number): StackFailed {
    return new StackFailed(`${reason}; all that Terraform printed is in ${relative("", this.logFile)}`, exitCode);
  }

  private note(text: string): void {
    writeSync(this.log, `${text}\n`);
    text.split("\n").forEach(this.onLogLine);
  }

  /**
   * Terraform gets a process group of its own: a Ctrl-C on the terminal comes to it from here alone. An interrupt that comes
   * while `apply` still reads its plan would be lost: the first one waits until Terraform works on a resource.
   */
  private async start(
    words: readonly string[],
    onLine: (line: string, heedsInterrupts: () => void) => void,
  ): Promise<number> {
    if (this.interruption.happened) throw this.failure("interrupted", INTERRUPTED);
    const child = spawn(this.program, words, {
      cwd: this.folder,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let heeds = words[0] !== "apply";
    let isWaiting = false;
    const interrupt = (): void => {
      if (heeds || isWaiting) interruptGroup(child);
      isWaiting = !heeds;
    };
    const heedsInterrupts = (): void => {
      if (isWaiting) interruptGroup(child);
      [heeds, isWaiting] = [true, false];
    };
    const unsubscribe = this.interruption.subscribe(interrupt);
    const read = [child.stdout, child.stderr].map((stream) =>
      onLines(stream, (line) => onLine(line, heedsInterrupts), LONGEST_LINE),
    );
    try {
      const code = await new Promise<number>((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (status) => resolve(status ?? 1));
      });
      await Promise.all(read);
      if (code !== 0 && this.interruption.happened) throw this.failure("interrupted", INTERRUPTED);
      return code;
    } finally {
      unsubscribe();
    }
  }
}

/** As a Ctrl-C does: Terraform, and the programs that it started. */
function interruptGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGINT");
}

/** The message of a line; undefined for what Terraform and its plugins print beside. */
function parseEvent(line: string): Event | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Event;
  } catch {
    return undefined;
  }
}

function textOf(event: Event): string {
  const { diagnostic } = event;
  return diagnostic === undefined ? event["@message"] : diagnosticText(diagnostic);
}

/** What Terraform found, with the resource that it is about. */
export function diagnosticText({ severity, summary, detail, address }: Diagnostic): string {
  const place = address === undefined ? "" : ` (${address})`;
  return `${severity}: ${summary}${place}${detail === "" ? "" : `\n${detail.trimEnd()}`}`;
}
