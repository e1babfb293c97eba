import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../util/user-error";
import { readSource } from "../checks/source";
import type { Grammar } from "../syntax/grammar";
import { toDocument, type ConvertedDocument } from "./document";
import { evaluate } from "./node";
import type { KickstartState } from "./reading";
import { printModule } from "./print";
import { renderKickstart } from "../syntax/render";
import type { KickstartReader } from "./reader";

/** A kickstart as a TypeScript module, not yet formatted, and how much of it is typed. */
export interface Conversion {
  readonly source: string;
  /** What the typed form renders to. */
  readonly rendered: string;
  readonly typed: number;
  readonly raw: ConvertedDocument["raw"];
}

/**
 * The text of a kickstart file that is to be converted.
 * @throws UserError for a file that cannot be read or is no kickstart, and for one with Windows line ends
 */
export function kickstartText(file: string): string {
  const source = readSource(file);
  if ("problem" in source) throw new UserError(`${file}:${source.problem.line}: ${source.problem.message}`);
  const carriage = source.text.split("\n").findIndex((line) => line.endsWith("\r"));
  if (carriage < 0) return source.text;
  throw new UserError(`${file}:${carriage + 1}: the line ends with CR LF: save the file with LF line ends (dos2unix)`);
}

/**
 * Converts a kickstart, and proves it: what the typed form renders to is read again, and pykickstart must know the same
 * after it. What differs is kept as plain kickstart.
 * @throws UserError with file and line if pykickstart cannot read the kickstart
 */
export async function convertKickstart(
  reader: KickstartReader,
  grammar: Grammar<object>,
  file: string,
  text: string,
  module: string,
): Promise<Conversion> {
  const reading = await reader.read(grammar.pykickstart, text);
  if (!reading.ok) throw new UserError(`${file}:${reading.line}: ${reading.message}`);
  const asRaw = new Set<string>();
  for (let attempt = 0; attempt < 4; attempt++) {
    const document = toDocument(grammar, reading, asRaw);
    const value = Object.fromEntries(document.members.map((member) => [member.key, evaluate(member.node)]));
    const clashes = clashing(grammar, value);
    const { rendered, differing } =
      clashes.length > 0 ? { rendered: "", differing: clashes } : await compared(reader, grammar, value, reading.state);
    if (differing.length === 0) {
      const source = printModule(document, { dialect: grammar.name, module, source: file });
      return { source, rendered, typed: document.typed, raw: document.raw };
    }
    for (const name of differing) asRaw.add(name);
  }
  throw new UserError(`${file}: cannot be converted: ${[...asRaw].join(", ")} would not come out the same`, 1);
}

/**
 * Commands of alternatives that exclude each other in the typed form; pykickstart lets some pass in one order. Those
 * that the file has first stay, since plain lines come after the typed ones.
 */
function clashing(grammar: Grammar, document: Readonly<Record<string, unknown>>): string[] {
  return grammar.exclusive.flatMap((alternatives) => {
    const given = Object.keys(document).filter((name) => alternatives.some((commands) => commands.includes(name)));
    const kept = alternatives.find((commands) => commands.includes(given[0] ?? "")) ?? [];
    return given.filter((name) => !kept.includes(name));
  });
}

/** What the typed form renders to, and the commands and sections of which pykickstart then knows something else. */
async function compared(
  reader: KickstartReader,
  grammar: Grammar<object>,
  document: object,
  wanted: KickstartState,
): Promise<{ rendered: string; differing: string[] }> {
  let rendered: string;
  try {
    rendered = renderKickstart(grammar, document);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { rendered: "", differing: [commandOf(error.message)] };
  }
  const again = await reader.state(grammar.pykickstart, rendered);
  return { rendered, differing: again.ok ? differences(wanted, again.state) : [firstWord(rendered, again.line)] };
}

/** The names of the commands and sections in which two states differ. */
export function differences(wanted: KickstartState, got: KickstartState): string[] {
  const names = new Set([...Object.keys(wanted.commands), ...Object.keys(got.commands)]);
  const commands = [...names].filter((name) => !isDeepStrictEqual(wanted.commands[name], got.commands[name]));
  const sections: [string, unknown, unknown][] = [
    ["%packages", wanted.packages, got.packages],
    ["%pre", wanted.scripts, got.scripts],
    ["%certificate", wanted.certificates, got.certificates],
    ["%addon", wanted.sections, got.sections],
    ["#platform", wanted.platform, got.platform],
  ];
  return [...commands, ...sections.filter(([, a, b]) => !isDeepStrictEqual(a, b)).map(([name]) => name)];
}

/** The command that an error of the renderer is about: its message begins with the place. */
function commandOf(message: string): string {
  const name = /^\w+/.exec(message)?.[0] ?? "";
  return { packages: "%packages", scripts: "%pre", addons: "%addon", anaconda: "%anaconda" }[name] ?? name;
}

function firstWord(text: string, line: number): string {
  return text.split("\n")[line - 1]?.split(" ")[0] ?? "";
}
