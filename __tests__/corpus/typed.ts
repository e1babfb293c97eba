import { join } from "node:path";
import ts from "typescript";
import { convertKickstart } from "../../kickstart/convert/convert";
import { grammarOf } from "../../kickstart/convert/grammars";
import { KickstartReader } from "../../kickstart/convert/reader";
import type { Dialect } from "../../recipe/release";
import type { Mistake } from "./mistakes";

/** A kickstart, and a mistake to plant in its typed form. */
export interface TypedTrial {
  readonly path: string;
  readonly text: string;
  readonly dialect: Dialect;
  readonly mistake: Mistake;
}

const ROOT = join(__dirname, "..", "..");

/**
 * Plants each mistake in the typed form of its kickstart, as `os-images convert` prints it, and compiles all in one
 * program: true where the compiler reports it, undefined where the mistake cannot be written in the typed form.
 */
export async function foundByCompiler(trials: readonly TypedTrial[], python: string): Promise<(boolean | undefined)[]> {
  const sources = await typedForms(trials, python);
  const planted = trials.map(({ text, mistake }) => {
    const source = sources.get(text);
    if (source === undefined || mistake.typed === undefined) return undefined;
    const changed = source.replace(mistake.typed.find, mistake.typed.write);
    return changed === source ? undefined : changed;
  });
  const sound = [...sources.values()];
  const reports = compile([...sound, ...planted.map((source) => source ?? "export {};")]);
  if (reports.slice(0, sound.length).some(Boolean)) throw new Error("a converted kickstart does not compile");
  return planted.map((source, index) => (source === undefined ? undefined : reports[sound.length + index]));
}

async function typedForms(trials: readonly TypedTrial[], python: string): Promise<Map<string, string>> {
  const reader = new KickstartReader(python);
  const sources = new Map<string, string>();
  try {
    for (const { path, text, dialect } of trials) {
      if (sources.has(text)) continue;
      const module = join(ROOT, "imports", "kickstart", dialect);
      sources.set(text, (await convertKickstart(reader, grammarOf(dialect), path, text, module)).source);
    }
  } finally {
    reader.close();
  }
  return sources;
}

/** Whether each source has an error, under the project's own strictness. */
function compile(sources: readonly string[]): boolean[] {
  const files = new Map(
    sources.map((source, index) => [join(ROOT, "__tests__", "corpus", `typed-${index}.virtual.ts`), source]),
  );
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), (name) => ts.sys.readFile(name)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (name) => files.has(name) || disk.fileExists(name),
    readFile: (name) => files.get(name) ?? disk.readFile(name),
    getSourceFile: (name, target, ...rest) => {
      const source = files.get(name);
      return source === undefined
        ? disk.getSourceFile(name, target, ...rest)
        : ts.createSourceFile(name, source, target);
    },
  };
  const program = ts.createProgram([...files.keys()], { ...options, types: [], noUnusedLocals: false }, host);
  return [...files.keys()].map((name) => {
    const file = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].length > 0;
  });
}
