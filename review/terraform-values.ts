import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { run } from "../util/run";

/** What is read of a stack's `cdk.tf.json`. */
export interface StackJson {
  readonly locals?: Readonly<Record<string, unknown>>;
  readonly variable?: Readonly<Record<string, unknown>>;
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

/** Values by their expressions. An expression that only a plan of the whole stack can compute has none. */
export type Values = ReadonlyMap<string, string>;

/** The text of a string of `cdk.tf.json`; undefined if Terraform has to compute a part of it. */
export function literalText(template: string): string | undefined {
  if (/(?<!\$)\$\{|(?<!%)%\{/.test(template)) return undefined;
  return template.replaceAll("$${", "${").replaceAll("%%{", "%{");
}

/**
 * Has Terraform compute strings of a stack from its locals and variables alone: in a folder of its own, without
 * providers, state or backend. A string that needs more, such as a data source, a variable without a value or a
 * sensitive one, gets no value.
 */
export async function terraformValues(
  terraform: string,
  folder: string,
  stack: StackJson,
  expressions: readonly string[],
): Promise<Values> {
  const values = new Map<string, string>();
  const open: string[] = [];
  for (const expression of new Set(expressions)) {
    const text = literalText(expression);
    if (text === undefined) open.push(expression);
    else values.set(expression, text);
  }
  if (open.length === 0) return values;
  const together = await compute(terraform, folder, stack, open);
  // One string that cannot be computed alone must not hide the others.
  const computed = together ?? new Map<string, string>();
  if (together === undefined && open.length > 1) {
    for (const expression of open) {
      for (const [key, value] of (await compute(terraform, folder, stack, [expression])) ?? [])
        computed.set(key, value);
    }
  }
  return new Map([...values, ...computed]);
}

async function compute(
  terraform: string,
  folder: string,
  stack: StackJson,
  expressions: readonly string[],
): Promise<Map<string, string> | undefined> {
  const work = mkdtempSync(join(tmpdir(), "os-images-review-"));
  try {
    const output = Object.fromEntries(expressions.map((value, index) => [`value_${index}`, { value }]));
    writeFileSync(join(work, "values.tf.json"), JSON.stringify({ ...needed(stack, expressions), output }));
    const assets = join(resolve(folder), "assets");
    if (existsSync(assets)) symlinkSync(assets, join(work, "assets"));
    const workspace = join(folder, ".terraform", "environment");
    if (existsSync(workspace)) {
      mkdirSync(join(work, ".terraform"));
      copyFileSync(workspace, join(work, ".terraform", "environment"));
    }
    const options = { cwd: work, env: { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" } };
    await run(terraform, ["plan", "-input=false", "-lock=false", "-out=plan"], options);
    const plan = JSON.parse(await run(terraform, ["show", "-json", "plan"], options)) as {
      planned_values: { outputs?: Record<string, { value?: unknown }> };
    };
    const outputs = Object.entries(plan.planned_values.outputs ?? {});
    return new Map(
      outputs.flatMap(([name, { value }]) => {
        const expression = expressions[Number(name.slice("value_".length))];
        return typeof value === "string" && expression !== undefined ? [[expression, value]] : [];
      }),
    );
  } catch {
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The locals and variables that expressions refer to, directly or by another local. */
function needed({ locals = {}, variable = {} }: StackJson, expressions: readonly string[]): StackJson {
  const found = { locals: new Set<string>(), variables: new Set<string>() };
  const open: unknown[] = [...expressions];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const text = JSON.stringify(next);
    for (const [, name = ""] of text.matchAll(/\bvar\.([\w-]+)/g)) found.variables.add(name);
    for (const [, name = ""] of text.matchAll(/\blocal\.([\w-]+)/g)) {
      if (found.locals.has(name) || locals[name] === undefined) continue;
      found.locals.add(name);
      open.push(locals[name]);
    }
  }
  const only = (all: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
  const variables = only(variable, found.variables);
  // Terraform refuses an empty block of variables.
  return {
    locals: only(locals, found.locals),
    ...(Object.keys(variables).length > 0 && { variable: variables }),
  };
}
