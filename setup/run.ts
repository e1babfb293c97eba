import { spawn, type ChildProcess } from "node:child_process";
import { UserError } from "../util/user-error";

export interface RunOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Gets each line of standard output and error while it runs; true says that it is of no use in an error. */
  readonly onLine?: (line: string) => boolean;
  /** @default no limit */
  readonly timeoutSeconds?: number;
}

const running = new Set<ChildProcess>();

/** Runs a program to its end and returns its standard output. UserError (exit code 1) with its last lines if it fails. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: options.timeoutSeconds === undefined ? undefined : options.timeoutSeconds * 1000,
  });
  running.add(child);
  const lines: string[] = [];
  const take = (line: string) => {
    if (options.onLine?.(line)) return;
    lines.push(line);
    if (lines.length > 20) lines.shift();
  };
  const output: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => output.push(text));
  child.stdout.on("data", splitter(take));
  child.stderr.setEncoding("utf8").on("data", splitter(take));
  const end = await new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) =>
      resolve(code === 0 ? undefined : signal ? `got ${signal}` : `exit code ${code}`),
    );
  });
  running.delete(child);
  if (end === undefined) return output.join("");
  const said = lines.map((line) => `\n  ${line}`).join("");
  throw new UserError(`"${[command, ...args].join(" ")}" failed: ${end}${said}`, 1);
}

/** Ends every program that `run` has started and that is still at work. */
export function stopRunning(): void {
  for (const child of running) child.kill("SIGTERM");
}

function splitter(take: (line: string) => void): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.filter((line) => line.trim() !== "").forEach(take);
  };
}
