import { mkdirSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { type Stack, StackFailed } from "./app";
import { remedyOf } from "./remedies";
import { diagnosticText, type Diagnostic, type Event, type Output, type Terraform } from "./terraform";

/** What a deploy did with a stack. */
export interface StackResult {
  readonly stack: string;
  readonly result: "unchanged" | "deployed";
  /** e.g. "6 to add, 1 to destroy". */
  readonly changes: string;
  /** Outputs that are not sensitive. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface StackDeploy {
  readonly stack: Stack;
  readonly terraform: Terraform;
  /** Values of Terraform variables, as options of Terraform's. */
  readonly variables: readonly string[];
  /** Prints progress. */
  readonly print: (text: string) => void;
  /** Asks whether to deploy; `plan` is the whole plan as text. */
  readonly confirm: (stack: Stack, plan: string) => Promise<boolean>;
}

/** What is read of Terraform's JSON plan. */
interface Plan {
  readonly planned_values: { readonly outputs?: Readonly<Record<string, Output>> };
}

/**
 * Plans a stack, says in one line what will change, and applies exactly that plan.
 * @throws StackFailed if Terraform fails, with its reason and the path of its whole output
 */
export async function deployStack(deploy: StackDeploy): Promise<StackResult> {
  const { stack, terraform, print } = deploy;
  const folder = resolve(stack.folder, ".plan");
  const file = join(folder, "plan");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 }); // a plan has the values of sensitive variables in it
  try {
    await init(deploy);
    const changes = await plan(deploy, file);
    const outputs = plannedOutputs(await terraform.read(["show", "-json", file]));
    if (changes === undefined) {
      print("unchanged");
      return { stack: stack.name, result: "unchanged", changes: "none", outputs };
    }
    const { lines } = await terraform.run(["show", "-no-color", file]);
    print(`${changes}${imageText(outputs)}`);
    if (!(await deploy.confirm(stack, lines.join("\n")))) throw new StackFailed("not deployed", 1);
    return { stack: stack.name, result: "deployed", changes, outputs: await apply(deploy, file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function init({ terraform }: StackDeploy): Promise<void> {
  const { code, lines } = await terraform.run(["init", "-input=false", "-no-color"]);
  if (code !== 0) throw failed(terraform, lines.slice(lines.findIndex((line) => line.startsWith("Error:"))).join("\n"));
}

/** Makes the plan. Gives its one line, or undefined if nothing changes. */
async function plan({ terraform, variables, print }: StackDeploy, file: string): Promise<string | undefined> {
  const errors: string[] = [];
  let changes: string | undefined;
  const words = ["plan", "-input=false", "-detailed-exitcode", `-out=${file}`, ...variables];
  const code = await terraform.runJson(words, (event) => {
    if (event.changes !== undefined) changes = changesText(event.changes);
    if (event.diagnostic?.severity === "error") errors.push(diagnosticText(event.diagnostic));
    else if (event.diagnostic !== undefined) print(diagnosticText(event.diagnostic));
  });
  if (code === 1) throw failed(terraform, errors.join("\n"));
  return code === 0 ? undefined : (changes ?? "outputs to change");
}

function changesText({ add, change, remove }: NonNullable<Event["changes"]>): string | undefined {
  const counts = [add && `${add} to add`, change && `${change} to change`, remove && `${remove} to destroy`];
  return counts.filter((count) => count !== 0).join(", ") || undefined;
}

/** Applies the plan, and gives the outputs. The plan's file goes as soon as Terraform has read it. */
async function apply({ terraform, print }: StackDeploy, file: string): Promise<Readonly<Record<string, unknown>>> {
  const errors: Diagnostic[] = [];
  const printed = new Set<string>();
  let outputs: Readonly<Record<string, unknown>> = {};
  const code = await terraform.runJson(["apply", "-input=false", file], (event) => {
    if (event.type !== "version") rmSync(file, { force: true });
    const output = programOutput(event);
    if (output !== undefined) {
      print(output);
      printed.add(event.hook?.resource.addr ?? "");
    }
    if (event.outputs !== undefined) outputs = valuesOf(event.outputs);
    if (event.diagnostic?.severity === "error") errors.push(event.diagnostic);
    else if (event.diagnostic !== undefined) print(diagnosticText(event.diagnostic));
  });
  if (code !== 0) {
    const texts = errors.map((error) => (hasSpoken(error, printed) ? undefined : diagnosticText(error)));
    throw failed(terraform, texts.filter((text) => text !== undefined).join("\n"), exitCodeOf(errors));
  }
  return outputs;
}

/** A line that a program of the stack's prints, such as the builder; not the command line that started it. */
function programOutput({ type, hook }: Event): string | undefined {
  if (type !== "provision_progress" || hook?.output === undefined) return undefined;
  return /^Executing: \[/.test(hook.output) ? undefined : hook.output;
}

/** Whether a program said by itself why it failed: Terraform's error repeats all that it printed. */
function hasSpoken({ summary, address = "" }: Diagnostic, printed: ReadonlySet<string>): boolean {
  return summary === "local-exec provisioner error" && printed.has(address);
}

/** The builder's own exit code, if it is what failed: 3 for a missing tool, 130 if it was interrupted. */
function exitCodeOf(errors: readonly Diagnostic[]): number {
  const codes = errors.map(({ detail }) =>
    Number(/^Error running command .*: exit status (\d+)\. Output:/s.exec(detail)?.[1] ?? 1),
  );
  return codes.length === 1 ? (codes[0] ?? 1) : 1;
}

function failed(terraform: Terraform, reason: string, exitCode = 1): StackFailed {
  const remedy = remedyOf(reason);
  const lines = [reason, remedy === undefined ? "" : `what to do: ${remedy}`, "failed"];
  return terraform.failure(lines.filter((line) => line !== "").join("\n"), exitCode);
}

function plannedOutputs(json: string): Readonly<Record<string, unknown>> {
  const { planned_values } = JSON.parse(json.slice(json.indexOf("{"))) as Plan;
  return valuesOf(planned_values.outputs ?? {});
}

function valuesOf(outputs: Readonly<Record<string, Output>>): Readonly<Record<string, unknown>> {
  const open = Object.entries(outputs).filter(([, { sensitive, value }]) => !sensitive && value !== undefined);
  return Object.fromEntries(open.map(([name, { value }]) => [name, value]));
}

/** Which image a stack makes: its path is known in the plan. */
function imageText({ image_path: path }: Readonly<Record<string, unknown>>): string {
  return typeof path === "string" ? `: image ${relative(process.cwd(), path)}` : "";
}
