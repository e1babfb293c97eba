import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { UserError } from "../../util/user-error";
import type { KickstartState, Reading } from "./reading";

/** Why a text cannot be read: pykickstart's message. */
export interface ReadFailure {
  readonly ok: false;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** pykickstart in a process of its own, started once for many files. */
export class KickstartReader {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly waiting: ((answer: string | Error) => void)[] = [];
  private errors = "";

  /** @param python an interpreter that has pykickstart */
  constructor(
    python: string,
    private readonly timeoutSeconds = 60,
  ) {
    const script = join(__dirname, "reader.py");
    // Messages in English.
    this.process = spawn(python, ["-B", script], { env: { ...process.env, LC_ALL: "C.UTF-8", LANGUAGE: "C" } });
    createInterface({ input: this.process.stdout }).on("line", (line) => this.waiting.shift()?.(line));
    this.process.stderr.on("data", (data: Buffer) => (this.errors += data.toString()));
    const ended = (reason: string) => () => {
      const message = `pykickstart ${reason}: ${this.errors.trim().split("\n").at(-1) ?? ""}`;
      for (const answer of this.waiting.splice(0)) answer(new UserError(message, 3));
    };
    this.process.on("error", ended("cannot be started"));
    this.process.on("close", ended("ended early"));
    this.process.stdin.on("error", () => undefined);
  }

  /** What is in a kickstart. `dialect` is pykickstart's name of it, e.g. "RHEL9". */
  async read(dialect: string, text: string): Promise<(Reading & { ok: true }) | ReadFailure> {
    return (await this.ask({ op: "read", dialect, text })) as (Reading & { ok: true }) | ReadFailure;
  }

  /** What pykickstart knows after reading a kickstart. */
  async state(dialect: string, text: string): Promise<{ ok: true; state: KickstartState } | ReadFailure> {
    return (await this.ask({ op: "state", dialect, text })) as { ok: true; state: KickstartState } | ReadFailure;
  }

  /** Ends the process. */
  close(): void {
    this.process.stdin.end();
  }

  private ask(request: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.process.kill("SIGKILL");
        reject(new UserError(`pykickstart gave no answer in ${this.timeoutSeconds} seconds`, 1));
      }, this.timeoutSeconds * 1000);
      this.waiting.push((answer) => {
        clearTimeout(timer);
        if (answer instanceof Error) reject(answer);
        else resolve(JSON.parse(answer));
      });
      this.process.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }
}
