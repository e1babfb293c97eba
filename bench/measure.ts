import { spawn } from "node:child_process";

/** One process, from its start to its end. */
export interface Timed {
  readonly seconds: number;
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  readonly program: string;
  readonly words: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a command and measures its wall time. @throws Error with all that it printed if it fails and `mayFail` is not set */
export async function timed({ program, words, cwd, env }: Command, mayFail = false): Promise<Timed> {
  const start = performance.now();
  const child = spawn(program, words, {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].on("data", (data: Buffer) => (output[stream] += data.toString()));
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const seconds = (performance.now() - start) / 1000;
  if (status === 0 || mayFail) return { seconds, status, ...output };
  throw new Error(`${program} ${words.join(" ")} ended with ${status}\n${output.stdout}\n${output.stderr}`);
}

/** The middle of the values, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new Error("no values to take the median of");
  return (low + high) / 2;
}

/**
 * Runs each contender once a round, in another order each time, so that what the host does meanwhile hits all alike.
 */
export async function inRounds<Contenders extends Readonly<Record<string, () => Promise<unknown>>>>(
  contenders: Contenders,
  rounds: number,
): Promise<Results<Contenders>> {
  const names = Object.keys(contenders);
  const results: Record<string, unknown[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length] as string;
      const begun = performance.now();
      results[name]?.push(await contenders[name]?.());
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      process.stderr.write(`  round ${round + 1} of ${rounds}: ${name}: ${seconds} s\n`);
    }
  }
  return results as Results<Contenders>;
}

/** The results of each contender, in the order of the rounds. */
type Results<Contenders extends Readonly<Record<string, () => Promise<unknown>>>> = {
  [Name in keyof Contenders]: Awaited<ReturnType<Contenders[Name]>>[];
};

/** Median of the ratios of two contenders, each ratio out of one round. */
export function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, round) => value / (theirs[round] ?? NaN)));
}
