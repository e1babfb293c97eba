import { spawn } from "node:child_process";
import { Watch } from "./watch";

/** Programs run one after the other in a project, each watched, with what they print. */
export class Runs {
  /** What each printed, on standard output and standard error. */
  readonly outputs = new Map<string, string>();
  readonly watches: Watch[] = [];

  constructor(
    private readonly project: string,
    private readonly store: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** Runs a program to its end; throws with its output if it fails. */
  async run(name: string, command: string, words: readonly string[], cwd = this.project): Promise<void> {
    const child = spawn(command, words, { cwd, env: this.environment, stdio: ["ignore", "pipe", "pipe"] });
    const watch = new Watch(child.pid ?? 0, this.store);
    this.watches.push(watch);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (bytes: Buffer) => (output += bytes.toString()));
    }
    const code = await new Promise<number | null>((done) => child.once("close", done));
    watch.stop();
    this.outputs.set(name, output);
    if (code !== 0) throw new Error(`${name} ended with ${code}\n${output}`);
  }

  /** Runs a script of the project's own. */
  node(name: string, script: string, ...words: string[]): Promise<void> {
    return this.run(name, process.execPath, ["--import", require.resolve("tsx"), script, ...words]);
  }
}
