import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../util/user-error";

/** A stack of a synthesized app. */
export interface Stack {
  readonly name: string;
  /** Folder in which Terraform works, with the stack's cdk.tf.json. */
  readonly folder: string;
  /** Names of the stacks that have to be deployed before it. */
  readonly dependencies: readonly string[];
  /** Names of its Terraform variables. */
  readonly variables: readonly string[];
}

/** A stack was not deployed. The message says why, and may have several lines. */
export class StackFailed extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
    this.name = "StackFailed";
  }
}

/** What is read of cdktf.out/manifest.json. */
interface Manifest {
  readonly stacks: Readonly<
    Record<
      string,
      {
        readonly dependencies: readonly string[];
        readonly workingDirectory: string;
        readonly synthesizedStackPath: string;
      }
    >
  >;
}

/**
 * Runs the app that cdktf.json names, and gives its stacks.
 * @throws UserError if there is no app here, or if it fails, which has printed the reason
 */
export function synthesize(environment: NodeJS.ProcessEnv): ReadonlyMap<string, Stack> {
  const { app, context } = readConfig();
  const outdir = outputFolder(environment);
  rmSync(join(outdir, "manifest.json"), { force: true });
  const { status } = spawnSync("/bin/sh", ["-c", `exec ${app}`], {
    env: { ...withoutVariables(environment), CDKTF_OUTDIR: outdir, CDKTF_CONTEXT_JSON: JSON.stringify(context ?? {}) },
    stdio: ["ignore", 2, "inherit"],
  });
  if (status !== 0) {
    throw new UserError(`the app failed, see above: ${app}`, status === 2 || status === 3 ? status : 1);
  }
  return readStacks(outdir);
}

/** The folder that cdktf writes to. */
export function outputFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return environment["CDKTF_OUTDIR"] ?? readConfig().output ?? "cdktf.out";
}

function readConfig(): { app: string; output?: string; context?: object } {
  let text: string;
  try {
    text = readFileSync("cdktf.json", "utf8");
  } catch {
    throw new UserError("there is no cdktf.json here: go to the app's folder, or make one with `npx os-images init`");
  }
  let config: { app?: string; output?: string; context?: object };
  try {
    config = JSON.parse(text) as typeof config;
  } catch (error) {
    throw new UserError(`cdktf.json is no JSON: ${(error as Error).message}`);
  }
  if (config.app === undefined) throw new UserError('cdktf.json has no "app": write "app": "npx tsx main.ts"');
  return { ...config, app: config.app };
}

/** As cdktf does it: values of Terraform variables are for Terraform alone. */
function withoutVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("TF_VAR_")));
}

function readStacks(outdir: string): ReadonlyMap<string, Stack> {
  const manifest = readJson(join(outdir, "manifest.json")) as Manifest;
  return new Map(
    Object.entries(manifest.stacks).map(([name, { dependencies, workingDirectory, synthesizedStackPath }]) => {
      const { variable = {} } = readJson(join(outdir, synthesizedStackPath)) as { variable?: object };
      return [name, { name, folder: join(outdir, workingDirectory), dependencies, variables: Object.keys(variable) }];
    }),
  );
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

/**
 * The stacks asked for, by name or by a pattern with `*`, and all that they depend on. Without a name, the only one.
 * @throws UserError that lists the app's stacks
 */
export function selectStacks(asked: readonly string[], stacks: ReadonlyMap<string, Stack>): ReadonlyMap<string, Stack> {
  const known = [...stacks.keys()].join(", ");
  if (asked.length === 0 && stacks.size !== 1) throw new UserError(`no stack is named: write one or more of ${known}`);
  const selected = new Map<string, Stack>();
  const add = (name: string): void => {
    const stack = stacks.get(name);
    if (stack === undefined || selected.has(name)) return;
    stack.dependencies.forEach(add);
    selected.set(name, stack);
  };
  for (const name of asked.length === 0 ? stacks.keys() : asked) {
    const pattern = new RegExp(`^${name.split("*").map(escaped).join(".*")}$`);
    const matching = [...stacks.keys()].filter((candidate) => pattern.test(candidate));
    if (matching.length === 0) throw new UserError(`there is no stack "${name}": write one of ${known}`);
    matching.forEach(add);
  }
  return selected;
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}
