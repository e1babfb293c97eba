import { spawn, type ChildProcessByStdio } from "node:child_process";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { makeFolder } from "../host/file-error";
import { onLines } from "../util/lines";
import { makeLifeSign, signPath, type LifeSign } from "../util/process-lock.js";

/** The process that cleans up if the builder is killed: see guard.sh. */
export class Guard {
  private readonly answers: (() => void)[] = [];

  private constructor(
    private readonly process: ChildProcessByStdio<Writable, Readable, null>,
    /** To take the lock with. */
    readonly sign: LifeSign,
  ) {
    void onLines(process.stdout, () => this.answers.shift()?.());
    process.stdin.on("error", () => undefined);
    process.on("exit", () => {
      for (const answer of this.answers.splice(0)) answer();
    });
    process.unref();
  }

  /** Starts a guard over a lock that this process is going to take, and puts up the life sign to take it with. */
  static async start(lock: string): Promise<Guard> {
    const signFile = signPath(lock);
    const child = spawn("/bin/sh", [join(__dirname, "guard.sh"), lock, signFile], {
      cwd: "/",
      detached: true,
      stdio: ["pipe", "pipe", "ignore"],
    });
    if (child.pid === undefined) throw new Error("the guard did not start: /bin/sh cannot be run");
    try {
      makeFolder(dirname(lock));
      const guard = new Guard(child, makeLifeSign(signFile));
      await guard.send("sign");
      return guard;
    } catch (error) {
      child.stdin.end("done\n");
      throw error;
    }
  }

  /** A work folder that is about to be made: with `.new` at its end until it is whole. */
  watchFolder(work: string): Promise<void> {
    return this.send(`work ${work}`);
  }

  /** Resolves when the guard knows of a process group that is about to start its work. */
  watch(group: number): Promise<void> {
    return this.send(`group ${group}`);
  }

  /** The group is gone; its number may soon be another's. */
  forget(group: number): Promise<void> {
    return this.send(`ended ${group}`);
  }

  /** A file outside the work folder that goes with the builder. */
  remember(file: string): Promise<void> {
    return this.send(`file ${file}`);
  }

  /** The builder has cleaned up by itself. */
  dismiss(): void {
    this.sign.end();
    this.process.stdin.end("done\n");
  }

  /** Closes the pipe without a word, as the death of this process would. */
  abandon(): void {
    this.process.stdin.destroy();
  }

  private send(line: string): Promise<void> {
    return new Promise((resolve) => {
      this.answers.push(resolve);
      this.process.stdin.write(`${line}\n`);
      if (this.process.exitCode !== null || this.process.signalCode !== null) resolve();
    });
  }
}
