import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { UserError } from "../util/user-error";
import { toolEnvironment } from "../host/environment";

const USAGE = `usage: npm run deploy -- STACK... [cdktf options]

Synthesizes the app and deploys the stacks with \`cdktf deploy\`, together with the stacks that they depend on, in an
environment with the tools that set-up made. Options such as --auto-approve are handed to cdktf.
`;

/** Without a terminal, cdktf draws no status lines and neither it nor Terraform uses colour. */
const PLAIN_OUTPUT = { CI: "true", NO_COLOR: "1", FORCE_COLOR: "0" };

/** The part of cdktf.out/manifest.json that tells which stacks there are. */
interface SynthManifest {
  readonly stacks: Readonly<Record<string, { readonly dependencies: readonly string[] }>>;
}

/**
 * Deploys stacks and what they depend on. Gives the exit code: 0 done, 1 failed, 2 bad input, 3 a missing tool, 130
 * interrupted.
 */
export async function deploy(words: readonly string[]): Promise<number> {
  if (words.includes("--help") || words.includes("-h")) {
    process.stdout.write(USAGE);
    return 0;
  }
  const asked = words.filter((word) => !word.startsWith("-"));
  const options = words.filter((word) => word.startsWith("-"));
  const environment = { ...process.env, ...toolEnvironment(), ...(process.stdout.isTTY ? {} : PLAIN_OUTPUT) };
  const synthesized = synthesize(environment);
  if (synthesized !== 0) return synthesized;
  const stacks = withDependencies(asked, readManifest());
  const command = ["deploy", "--skip-synth", "--skip-provider-lock", ...options, ...stacks];
  return run(join("node_modules", ".bin", "cdktf"), command, environment);
}

function synthesize(environment: NodeJS.ProcessEnv): number {
  const { app, context } = JSON.parse(readFileSync("cdktf.json", "utf8")) as { app: string; context?: object };
  const result = spawnSync("/bin/sh", ["-c", `exec ${app}`], {
    env: { ...environment, CDKTF_CONTEXT_JSON: JSON.stringify(context ?? {}) },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return result.status ?? 1;
}

function readManifest(): SynthManifest {
  return JSON.parse(
    readFileSync(`${process.env["CDKTF_OUTDIR"] ?? "cdktf.out"}/manifest.json`, "utf8"),
  ) as SynthManifest;
}

/** The stacks asked for and all that they depend on. */
export function withDependencies(asked: readonly string[], { stacks }: SynthManifest): string[] {
  const known = Object.keys(stacks).join(", ");
  if (asked.length === 0) throw new UserError(`no stack named: write \`npm run deploy -- STACK\` with one of ${known}`);
  const all = new Set<string>();
  const add = (name: string): void => {
    const stack = stacks[name];
    if (stack === undefined) throw new UserError(`there is no stack "${name}": write one of ${known}`);
    if (all.has(name)) return;
    all.add(name);
    stack.dependencies.forEach(add);
  };
  asked.forEach(add);
  return [...all];
}

/** Runs a command in the foreground; a Ctrl-C of the terminal reaches it by itself. */
function run(command: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(command, words, { env, stdio: "inherit" });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const forward = (signal: NodeJS.Signals): void => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of signals) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      for (const name of signals) process.off(name, forward);
      resolve(code ?? 128 + (constants.signals[signal ?? "SIGKILL"] ?? 1));
    });
  });
}
