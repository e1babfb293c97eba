import { spawn, type ChildProcess } from "node:child_process";
import { onLines } from "./lines";
import { UserError } from "./user-error";

export interface RunOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Gets each line of standard output and error while it runs; true says that it is of no use in an error. */
  readonly onLine?: (line: string) => boolean;
  /** @default - no limit */
  readonly timeoutSeconds?: number;
}

/** How many lines of a program's output an error shows. */
const LAST_LINES = 20;

const running = new Set<ChildProcess>();

/**
 * Runs a program to its end and returns its standard output.
 * @throws UserError (exit code 1) with the program's last lines if it fails
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: options.timeoutSeconds === undefined ? undefined : options.timeoutSeconds * 1000,
  });
  running.add(child);
  const lines: string[] = [];
  const take = (line: string): void => {
    if (line.trim() === "" || options.onLine?.(line)) return;
    lines.push(line);
    if (lines.length > LAST_LINES) lines.shift();
  };
  const output: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => output.push(bytes));
  const read = [child.stdout, child.stderr].map((stream) => onLines(stream, take));
  const end = await new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) =>
      resolve(code === 0 ? undefined : signal ? `got ${signal}` : `exit code ${code}`),
    );
  });
  await Promise.all(read);
  running.delete(child);
  if (end === undefined) return Buffer.concat(output).toString("utf8");
  const last = lines.map((line) => `\n  ${line}`).join("");
  throw new UserError(`"${[command, ...args].join(" ")}" failed: ${end}${last}`, 1);
}

/** Ends every program that `run` has started and that is still at work. */
export function stopRunning(): void {
  for (const child of running) child.kill("SIGTERM");
}
