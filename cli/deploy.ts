import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { toolEnvironment } from "../host/environment";
import { requireTool } from "../host/find";
import { textTable } from "../util/text-table";
import { UserError } from "../util/user-error";
import { addCommand, type CommandOptions, printJson } from "./command";
import { selectStacks, type Stack, StackFailed, synthesize } from "./deploy/app";
import { Interruption } from "./deploy/interruption";
import { Screen } from "./deploy/screen";
import { deployStack, type StackDeploy, type StackResult } from "./deploy/stack";
import { Terraform } from "./deploy/terraform";

const DETAILS = `
Synthesizes the app of this folder (cdktf.json), and deploys the stacks together with those that they depend on, stacks that
do not depend on each other at once. It prints one line about what will change, then the progress of the builds. All that
Terraform prints is in deploy.log of each stack's folder, cdktf.out/stacks/STACK.

For everything else, use cdktf itself: \`eval "$(npx os-images env)"\` gives it the same environment.
Exit codes: 0 done, 1 failed, 2 bad usage or bad input, 3 a missing tool, 130 interrupted`;

export interface DeployOptions extends CommandOptions {
  readonly autoApprove?: true;
  readonly verbose?: true;
  readonly var?: readonly string[];
  readonly varFile?: readonly string[];
  readonly outputsFile?: string;
}

/** Adds `os-images deploy [STACK...]`. */
export function addDeploy(program: Command): void {
  addCommand(program, "deploy", "Deploy stacks of the app in this folder: build their images, unless they are there.")
    .argument("[stack...]", "stacks by name, or by a pattern with *; not needed if there is one only")
    .option("--auto-approve", "do not ask before something is changed")
    .option("--var <name=value>", "value of a Terraform variable; may be repeated", collect)
    .option("--var-file <file>", "file with values of Terraform variables; may be repeated", collect)
    .option("--outputs-file <file>", "write the outputs that are not sensitive to this file, as JSON")
    .option("--verbose", "print all that Terraform prints")
    .addHelpText("after", DETAILS)
    .action(async (stacks: string[], options: DeployOptions) => {
      const { exitCode, results } = await deploy(stacks, options);
      if (options.json) printJson(results);
      else if (exitCode === 0) process.stdout.write(`\n${resultTable(results)}`);
      process.exitCode = exitCode;
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** What came of a deploy. */
export interface Deployed {
  /** 0 done, 1 failed, 3 a missing tool, 130 interrupted. */
  readonly exitCode: number;
  /** The stacks that are as they should be now. */
  readonly results: readonly StackResult[];
}

/**
 * Deploys stacks and what they depend on. Progress goes to standard output, with `json` to standard error. If a stack
 * fails, those that depend on it are left out, and the others go on.
 * @throws UserError for bad input, before anything is changed
 */
export async function deploy(asked: readonly string[], options: DeployOptions): Promise<Deployed> {
  process.title = "os-images"; // by this name the builder knows who started it, and ends with it
  const program = requireTool("terraform").path;
  const environment = { ...process.env, ...toolEnvironment() };
  const stacks = selectStacks(asked, synthesize(environment));
  const variables = variableOptions(options, stacks);
  const out = options.json ? process.stderr : process.stdout;
  const screen = new Screen(out, Math.max(...[...stacks.keys()].map((name) => name.length)));
  const interruption = new Interruption();
  const confirm = confirmation(screen, options.autoApprove ?? false, interruption);

  const deployOne = async (stack: Stack): Promise<StackResult> => {
    const printAll = (text: string): void => screen.print(stack.name, text);
    const [onLogLine, print] = options.verbose ? [printAll, ignore] : [ignore, printAll];
    const terraform = new Terraform(program, stack.folder, environment, interruption, onLogLine);
    try {
      return await deployStack({ stack, terraform, variables: variables(stack), print, confirm });
    } catch (error) {
      if (error instanceof StackFailed) printAll(error.message);
      throw error;
    } finally {
      terraform.close();
    }
  };

  try {
    const leaveOut = ({ name }: Stack): void => screen.print(name, "not deployed: a stack that it depends on failed");
    const settled = await inOrder(stacks, deployOne, leaveOut);
    const results = settled.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    if (options.outputsFile !== undefined) writeOutputs(options.outputsFile, results);
    return { exitCode: interruption.happened ? 130 : exitCodeOf(settled), results };
  } finally {
    interruption.close();
    screen.close();
  }
}

function ignore(): void {}

/** Deploys each stack once those that it depends on are done. If one of them fails, so does it, for the same reason. */
function inOrder(
  stacks: ReadonlyMap<string, Stack>,
  deployOne: (stack: Stack) => Promise<StackResult>,
  leaveOut: (stack: Stack) => void,
): Promise<PromiseSettledResult<StackResult>[]> {
  const deploys = new Map<string, Promise<StackResult>>();
  for (const stack of stacks.values()) {
    const before = Promise.all(stack.dependencies.flatMap((name) => deploys.get(name) ?? []));
    const refuse = (reason: unknown): never => {
      leaveOut(stack);
      throw reason as Error;
    };
    deploys.set(
      stack.name,
      before.then(() => deployOne(stack), refuse),
    );
  }
  return Promise.allSettled(deploys.values());
}

/** The first failure decides. What is no failure of a stack's is a defect of this program, and is thrown on. */
function exitCodeOf(settled: readonly PromiseSettledResult<StackResult>[]): number {
  const failures = settled.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as Error] : []));
  const defect = failures.find((reason) => !(reason instanceof StackFailed));
  if (defect !== undefined) throw defect;
  return failures.find((reason) => reason instanceof StackFailed)?.exitCode ?? 0;
}

/**
 * The options that give a stack its Terraform variables: Terraform refuses those that a stack does not have.
 * @throws UserError for a variable that no stack has
 */
function variableOptions(
  { var: values = [], varFile = [] }: DeployOptions,
  stacks: ReadonlyMap<string, Stack>,
): (stack: Stack) => readonly string[] {
  const known = new Set([...stacks.values()].flatMap(({ variables }) => variables));
  const named = values.map((value): [string, string] => [value.split("=")[0] ?? "", value]);
  for (const [name, value] of named) {
    if (!value.includes("=")) throw new UserError(`--var "${value}" gives no value: write --var ${value}=VALUE`);
    if (known.has(name)) continue;
    const others = known.size === 0 ? "these stacks have none" : `write one of ${[...known].join(", ")}`;
    throw new UserError(`--var "${value}": there is no Terraform variable "${name}": ${others}`);
  }
  const files = varFile.map((file) => `-var-file=${resolve(file)}`);
  return ({ variables }) => [
    ...files,
    ...named.filter(([name]) => variables.includes(name)).map(([, value]) => `-var=${value}`),
  ];
}

/** Asks on the terminal, one stack at a time. */
function confirmation(screen: Screen, approved: boolean, interruption: Interruption): StackDeploy["confirm"] {
  let earlier = Promise.resolve(true);
  const ask = async (stack: Stack, plan: string): Promise<boolean> => {
    if (interruption.happened) return false;
    screen.clear();
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("no")));
    // While a line is read, a Ctrl-C is no signal.
    terminal.once("SIGINT", () => {
      process.emit("SIGINT");
      terminal.close();
    });
    try {
      for (;;) {
        const typed = terminal.question(`deploy ${stack.name}? [y]es, [n]o, [p]lan: `).catch(() => "no");
        const answer = await Promise.race([typed, closed]);
        if (/^(y|yes)$/i.test(answer)) return true;
        if (/^(n|no)?$/i.test(answer)) return false;
        if (/^(p|plan)$/i.test(answer)) process.stderr.write(`${plan}\n`);
      }
    } finally {
      terminal.close();
    }
  };
  return (stack, plan) => {
    if (approved) return Promise.resolve(true);
    if (!process.stdin.isTTY) {
      throw new StackFailed("error: this changes something and there is no terminal to ask: add --auto-approve", 2);
    }
    earlier = earlier.then(() => ask(stack, plan));
    return earlier;
  };
}

/** As cdktf writes it: the outputs of each stack by its name. */
function writeOutputs(file: string, results: readonly StackResult[]): void {
  const outputs = Object.fromEntries(results.map(({ stack, outputs }) => [stack, outputs]));
  writeFileSync(file, `${JSON.stringify(outputs, null, 2)}\n`);
}

function resultTable(results: readonly StackResult[]): string {
  const rows = results.flatMap(({ stack, result, outputs }) => {
    const values = Object.entries(outputs).map(([name, value]) => [name, text(value)]);
    return (values.length === 0 ? [["", ""]] : values).map((row, i) => [
      ...(i === 0 ? [stack, result] : ["", ""]),
      ...row,
    ]);
  });
  return textTable(["stack", "result", "output", "value"], rows);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
