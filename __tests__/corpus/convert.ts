/**
 * Converts every kickstart below the folders given, in every dialect whose parser accepts it, and proves each one: the
 * module compiles under strict, and what its value renders to is, for pykickstart, the kickstart that it came from.
 * Run by `npm run test:corpus -- FOLDER... [--only rhel9,fedora45]`; other projects' files are never part of this one.
 */
import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { convertKickstart, differences, kickstartText } from "../../kickstart/convert/convert";
import { GRAMMARS } from "../../kickstart/convert/grammars";
import { KickstartReader } from "../../kickstart/convert/reader";
import { UserError } from "../../util/user-error";
import type { Grammar } from "../../kickstart/syntax/grammar";
import { renderKickstart } from "../../kickstart/syntax/render";
import { requireTool } from "../../host/find";
import { temporaryFolder } from "../support/temporary";

interface Tally {
  accepted: number;
  refused: number;
  typed: number;
  raw: string[];
  wrong: string[];
}

async function main(words: readonly string[]): Promise<number> {
  const only = words.find((_, index) => words[index - 1] === "--only")?.split(",");
  const folders = words.filter((word, index) => !word.startsWith("--") && words[index - 1] !== "--only");
  const files = folders.flatMap(filesBelow);
  const reader = new KickstartReader(requireTool("python").path);
  const scratch = temporaryFolder("corpus");
  const tally: Tally = { accepted: 0, refused: 0, typed: 0, raw: [], wrong: [] };
  const modules = new Map<string, string>();
  try {
    for (const file of files) {
      for (const grammar of Object.values(GRAMMARS)) {
        if (only === undefined || only.includes(grammar.name))
          await tryOne(reader, grammar, file, scratch, tally, modules);
      }
    }
    for (const message of compileErrors([...modules.keys()])) {
      const source = [...modules].find(([path]) => message.startsWith(path));
      tally.wrong.push(`${source?.[1] ?? ""}: does not compile: ${message}`);
    }
  } finally {
    reader.close();
    if (tally.wrong.length === 0) rmSync(scratch, { recursive: true });
  }
  report(files.length, tally);
  return tally.wrong.length === 0 ? 0 : 1;
}

async function tryOne(
  reader: KickstartReader,
  grammar: Grammar<object>,
  file: string,
  scratch: string,
  tally: Tally,
  modules: Map<string, string>,
): Promise<void> {
  const name = `${file} (${grammar.name})`;
  let text: string;
  try {
    text = kickstartText(file);
  } catch {
    tally.refused += 1;
    return;
  }
  const before = await reader.state(grammar.pykickstart, text);
  if (!before.ok) {
    tally.refused += 1;
    return;
  }
  tally.accepted += 1;
  try {
    const module = join(__dirname, "..", "..", "imports", "kickstart", grammar.name);
    const found = await convertKickstart(reader, grammar, file, text, module);
    const path = join(scratch, `k${modules.size}.ts`);
    writeFileSync(path, found.source);
    modules.set(path, name);
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the module was written just now
    const { kickstart } = require(path) as { kickstart: object };
    const after = await reader.state(grammar.pykickstart, renderKickstart(grammar, kickstart));
    const unequal = after.ok ? differences(before.state, after.state) : [`line ${after.line}: ${after.message}`];
    if (unequal.length > 0) tally.wrong.push(`${name}: not equal: ${unequal.join(", ")}`);
    tally.typed += found.typed;
    tally.raw.push(...found.raw.map((line) => `${name}:${line.line}: ${line.text}`));
  } catch (error) {
    tally.wrong.push(`${name}: ${error instanceof UserError ? error.message : String((error as Error).stack)}`);
  }
}

function compileErrors(files: string[]): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    skipLibCheck: true,
    types: [],
  };
  return ts.getPreEmitDiagnostics(ts.createProgram(files, options)).map((found) => {
    const place = found.file?.getLineAndCharacterOfPosition(found.start ?? 0);
    const text = ts.flattenDiagnosticMessageText(found.messageText, " ");
    return `${found.file?.fileName ?? ""}:${(place?.line ?? 0) + 1}: ${text}`;
  });
}

function filesBelow(folder: string): string[] {
  if (!statSync(folder).isDirectory()) return [folder];
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function report(files: number, tally: Tally): void {
  const { accepted, refused, typed, raw, wrong } = tally;
  for (const line of [...raw.map((text) => `raw: ${text}`), ...wrong.map((text) => `WRONG: ${text}`)])
    console.log(line);
  const share = ((100 * typed) / Math.max(1, typed + raw.length)).toFixed(2);
  console.log(
    `${files} files: ${accepted} readings accepted by pykickstart (${refused} refused), ${accepted - wrong.length} equal; ` +
      `${typed} of ${typed + raw.length} lines and sections typed (${share} %)`,
  );
}

void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
