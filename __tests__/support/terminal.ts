import { spawn } from "node:child_process";

const PTY = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";

/** A program on a terminal of its own, and what the terminal shows. */
export class Terminal {
  shown = "";
  readonly ended: Promise<number | null>;
  private readonly child;

  constructor(command: readonly string[], options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }) {
    this.child = spawn("python3", ["-c", PTY, ...command], { ...options, stdio: ["pipe", "pipe", "inherit"] });
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => (this.shown += text));
    this.ended = new Promise((done) => this.child.once("close", done));
  }

  type(keys: string): void {
    this.child.stdin.write(keys);
  }

  /** Waits until the terminal has shown a text, `times` times. */
  async shows(text: string, times = 1): Promise<void> {
    while (this.shown.split(text).length <= times) {
      const over = await Promise.race([this.ended.then(() => true), new Promise((done) => setTimeout(done, 50))]);
      if (over === true) throw new Error(`it ended without "${text}": ${this.shown}`);
    }
  }
}
