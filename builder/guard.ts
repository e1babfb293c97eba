import { spawn, type ChildProcessByStdio } from "node:child_process";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { identityOf } from "../util/process-identity";
import type { LockHolder } from "../store/lock";
import { onLines } from "../util/lines";

/** The process that cleans up where the builder is killed: see guard.sh. */
export class Guard {
  private readonly answers: (() => void)[] = [];

  private constructor(private readonly process: ChildProcessByStdio<Writable, Readable, null>) {
    onLines(process.stdout, () => this.answers.shift()?.());
    process.stdin.on("error", () => undefined);
    process.on("exit", () => {
      for (const answer of this.answers.splice(0)) answer();
    });
    process.unref();
  }

  /** Starts a guard over a lock that this process takes or will take, by the holding's id. */
  static async start(lockPath: string, id: LockHolder["id"]): Promise<Guard> {
    const child = spawn("/bin/sh", [join(__dirname, "guard.sh"), lockPath, id], {
      cwd: "/",
      detached: true,
      stdio: ["pipe", "pipe", "ignore"],
    });
    const identity = child.pid === undefined ? undefined : identityOf(child.pid);
    if (identity === undefined) throw new Error("the guard did not start: /bin/sh cannot be run");
    const guard = new Guard(child);
    await guard.tell(`self ${JSON.stringify({ ...identity, id: `${id}-guard`, since: "" })}`);
    return guard;
  }

  /** A work folder that is about to be made: with `.new` at its end until it is whole. */
  watchFolder(work: string): Promise<void> {
    return this.tell(`work ${work}`);
  }

  /** Resolves when the guard knows of a process group that is about to start its work. */
  watch(group: number): Promise<void> {
    return this.tell(`group ${group}`);
  }

  /** The group is gone; its number may soon be another's. */
  forget(group: number): Promise<void> {
    return this.tell(`ended ${group}`);
  }

  /** A file outside the work folder that goes with the builder. */
  remember(file: string): Promise<void> {
    return this.tell(`file ${file}`);
  }

  /** The builder has cleaned up by itself. */
  dismiss(): void {
    this.process.stdin.end("done\n");
  }

  /** Closes the pipe without a word, as the death of this process would. */
  abandon(): void {
    this.process.stdin.destroy();
  }

  private tell(line: string): Promise<void> {
    return new Promise((resolve) => {
      this.answers.push(resolve);
      this.process.stdin.write(`${line}\n`);
      if (this.process.exitCode !== null || this.process.signalCode !== null) resolve();
    });
  }
}
