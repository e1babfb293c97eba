import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { format, resolveConfig } from "prettier";
import { UserError } from "../util/user-error";
import type { Grammar } from "../kickstart/syntax/grammar";
import { requireTool } from "../host/find";
import { convertKickstart, kickstartText, type Conversion } from "../kickstart/convert/convert";
import { grammarOf, GRAMMARS } from "../kickstart/convert/grammars";
import { KickstartReader } from "../kickstart/convert/reader";

interface Options {
  readonly release: string;
  readonly out?: string;
  readonly module?: string;
  readonly json?: true;
}

/**
 * Adds `os-images convert FILE... --release NAME`: prints the typed form of kickstarts. Exit code 0: all are converted;
 * 2: bad usage, or a file that is no kickstart of that release; 3: no Python with pykickstart.
 */
export function addConvert(program: Command): void {
  program
    .command("convert")
    .description("Print the TypeScript for existing kickstart files; several files need --out.")
    .argument("<file...>", "kickstart files")
    .requiredOption(
      "--release <id>",
      `release whose syntax it is: ${Object.keys(GRAMMARS).join(", ")}, or one made from it`,
    )
    .option("--out <folder>", "write NAME.ts into this folder instead of printing")
    .option("--module <name>", "what the types are imported from (default: os-images/kickstart/DIALECT)")
    .option("--json", "print one JSON object for each file: source, typed, raw")
    .action(async (files: string[], options: Options) => {
      process.exitCode = await convert(files, options);
    });
}

async function convert(files: readonly string[], options: Options): Promise<number> {
  const grammar = grammarOf(options.release);
  if (files.length > 1 && options.out === undefined && !options.json) {
    throw new UserError("several files cannot be printed one after the other: add --out FOLDER or --json");
  }
  if (options.out !== undefined) refuseSameNames(files);
  const reader = new KickstartReader(requireTool("python").path);
  let exitCode = 0;
  const sum = { typed: 0, raw: 0 };
  try {
    for (const file of files) {
      try {
        const found = await convertFile(reader, grammar, file, options);
        sum.typed += found.typed;
        sum.raw += found.raw.length;
      } catch (error) {
        if (!(error instanceof UserError) || error.exitCode === 3) throw error;
        process.stderr.write(`error: ${error.message}\n`);
        exitCode = Math.max(exitCode, error.exitCode);
      }
    }
  } finally {
    reader.close();
  }
  if (files.length > 1) process.stderr.write(`${files.length} files: ${share(sum.typed, sum.raw)}\n`);
  return exitCode;
}

async function convertFile(
  reader: KickstartReader,
  grammar: Grammar<object>,
  file: string,
  options: Options,
): Promise<Conversion> {
  const module = options.module ?? `os-images/kickstart/${grammar.name}`;
  const conversion = await convertKickstart(reader, grammar, file, kickstartText(file), module);
  const source = await formatTypeScript(conversion.source);
  const { typed, raw } = conversion;
  if (options.out !== undefined) {
    mkdirSync(options.out, { recursive: true });
    writeFileSync(join(options.out, moduleName(file)), source);
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ file, release: grammar.name, source, typed, raw })}\n`);
  else if (options.out === undefined) process.stdout.write(source);
  process.stderr.write(`${file}: ${share(typed, raw.length)}\n`);
  for (const line of raw) process.stderr.write(`${file}:${line.line}: kept as plain kickstart: ${line.text}\n`);
  return conversion;
}

/** The file that a kickstart's module is written to. */
function moduleName(file: string): string {
  return `${basename(file).replace(/\.(ks|cfg|ks\.cfg)$/, "")}.ts`;
}

/** Two files of one name would be written to one. */
function refuseSameNames(files: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const file of files) {
    const other = seen.get(moduleName(file));
    if (other !== undefined) {
      throw new UserError(`${other} and ${file} would both be written to ${moduleName(file)}: convert them one by one`);
    }
    seen.set(moduleName(file), file);
  }
}

/** TypeScript as prettier writes it, by the settings of the project that the command runs in. */
async function formatTypeScript(source: string): Promise<string> {
  const settings = await resolveConfig(join(process.cwd(), "kickstart.ts"));
  return format(source, { ...settings, parser: "typescript" });
}

function share(typed: number, raw: number): string {
  const all = typed + raw;
  const percent = all === 0 ? 100 : (100 * typed) / all;
  return `${typed} of ${all} lines and sections typed (${percent.toFixed(percent === 100 ? 0 : 1)} %)`;
}
