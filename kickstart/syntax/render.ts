import { UserError } from "../../util/user-error";
import { type CommandTable, type Grammar, optionSpelling } from "./grammar";
import { renderSections } from "./render-sections";
import { TextLines, type RenderOptions } from "./text-lines";
import { optionText, string, strings } from "./option-text";
import { refuseBreaks, word } from "./quote";

export type { RenderOptions } from "./text-lines";

/** Members of a document that are not commands. */
const SECTIONS: ReadonlySet<string> = new Set([
  "include",
  "scripts",
  "addons",
  "anaconda",
  "platform",
  "raw",
  "packages",
  "certificates",
]);

/**
 * A typed kickstart as text: the same document gives the same bytes. Commands come in pykickstart's write order, entries
 * of one command in the order of their array.
 * @throws UserError for what a kickstart cannot express
 */
export function renderKickstart<D extends object>(
  grammar: Grammar<D>,
  document: D,
  options: RenderOptions = {},
): string {
  const lines = new TextLines(options);
  renderSections(grammar, document, lines, () => {
    for (const [name, value] of inOrder(grammar, document)) renderCommand(name, grammar.commands[name]!, value, lines);
  });
  return lines.text();
}

/** The commands of a document, as they are written. */
function inOrder(grammar: Grammar, document: object): [string, unknown][] {
  const entries = Object.entries(document).filter(([name, value]) => !SECTIONS.has(name) && value !== undefined);
  for (const [name] of entries) {
    if (grammar.commands[name] === undefined) throw new UserError(`${name}: ${unknown(grammar, name)}`);
  }
  const order = (name: string) => grammar.commands[name]!.order;
  return entries.sort(([a], [b]) => order(a) - order(b) || (a < b ? -1 : 1));
}

function unknown(grammar: Grammar, name: string): string {
  const removed = grammar.removed[name];
  if (removed !== undefined) return `the command was removed in ${removed}; leave it out for ${grammar.name}`;
  const other = grammar.aliases[name];
  return other === undefined ? `not a command of ${grammar.name}` : `write ${other}, which is the same command`;
}

function renderCommand(name: string, table: CommandTable, value: unknown, lines: TextLines): void {
  if (value === false) return;
  if (table.verbatim) return lines.push(verbatim(name, value));
  if (!table.many) return lines.push(commandLine(name, table, value, name, lines));
  if (!Array.isArray(value)) throw new UserError(`${name}: write an array, the command may be given many times`);
  for (const [index, item] of value.entries()) {
    const place = `${name}[${index}]`;
    lines.push(commandLine(name, table, item, place, lines));
  }
}

/** What another tool gets, as it is: it may hold quotes of its own. */
function verbatim(name: string, value: unknown): string {
  if (value === true) return name;
  if (typeof value !== "string") throw new UserError(`${name}: write the rest of the line as a string`);
  refuseBreaks(value, name);
  return `${name} ${value}`.trimEnd();
}

function commandLine(name: string, table: CommandTable, value: unknown, place: string, lines: TextLines): string {
  if (value === true) return name;
  const given = typeof value === "string" ? shortForm(table, value, place) : value;
  if (given === null || typeof given !== "object") throw new UserError(`${place}: write an object of options`);
  const properties = given as Readonly<Record<string, unknown>>;
  refuseUnknown(table, properties, place);
  const options = optionWords(table, properties, place, lines);
  const values = valueWords(table, properties, place);
  if (values.some((item) => item.raw.startsWith("-"))) {
    return [name, ...options, "--", ...values.map((item) => item.text)].join(" ");
  }
  const words = values.map((item) => item.text);
  return [name, ...(table.valuesLast ? [...options, ...words] : [...words, ...options])].join(" ");
}

/** A command given as a string: its only argument. */
function shortForm(table: CommandTable, value: string, place: string): Readonly<Record<string, string>> {
  const [only, ...more] = table.values ?? [];
  if (only === undefined || more.length > 0 || only.includes("...")) {
    throw new UserError(`${place}: write an object of options, not a string`);
  }
  return { [only.replace("?", "")]: value };
}

function refuseUnknown(table: CommandTable, given: Readonly<Record<string, unknown>>, place: string): void {
  const values = new Set((table.values ?? []).map((spelling) => spelling.replace(/\.*\??$/, "")));
  for (const property of Object.keys(given)) {
    if (!values.has(property) && table.options?.[property] === undefined) {
      throw new UserError(`${place}: no option ${property} in this release; known are ${known(table, values)}`);
    }
  }
}

function known(table: CommandTable, values: ReadonlySet<string>): string {
  return [...values, ...Object.keys(table.options ?? {})].join(", ") || "none";
}

function optionWords(
  table: CommandTable,
  given: Readonly<Record<string, unknown>>,
  place: string,
  lines: TextLines,
): string[] {
  const words: string[] = [];
  for (const [property, entry] of Object.entries(table.options ?? {})) {
    const value = given[property];
    if (value === undefined || value === false) {
      if (value === false && entry.startsWith("yesno")) words.push(`${optionSpelling(entry).name}=no`);
      continue;
    }
    words.push(...optionText(entry, value, `${place}.${property}`, lines));
  }
  return words;
}

/** The arguments without an option, in order. */
function valueWords(table: CommandTable, given: Readonly<Record<string, unknown>>, place: string) {
  const words: { raw: string; text: string }[] = [];
  for (const spelling of table.values ?? []) {
    const property = spelling.replace(/\.*\??$/, "");
    const at = `${place}.${property}`;
    const value = given[property];
    if (value === undefined) {
      if (!spelling.endsWith("?")) throw new UserError(`${at}: must be given`);
      continue;
    }
    const items = spelling.includes("...") ? strings(value, at) : [string(value, at)];
    for (const raw of items) words.push({ raw, text: raw === "" ? '""' : word(raw, at) });
  }
  return words;
}
