import type { CommandTable, Grammar } from "../syntax/grammar";
import { optionSpelling } from "../syntax/grammar";
import type { IncludePosition } from "../syntax/sections";
import { call, object, strings, value, type Item, type Member, type Node } from "./node";
import { packagesNode } from "./packages";
import type { ReadCommand, Reading, ReadItem, ReadSection } from "./reading";
import { sectionNode } from "./sections";

/** A kickstart in the typed form, not yet printed. */
export interface ConvertedDocument {
  /** Comments above everything. */
  readonly header: readonly string[];
  readonly members: readonly Member[];
  /** Comments below everything. */
  readonly trailing: readonly string[];
  /** Lines of commands, and sections, that the typed form holds. */
  readonly typed: number;
  /** Those that it holds as plain kickstart. */
  readonly raw: readonly { readonly line: number; readonly text: string }[];
}

/**
 * The typed form of what the reader found. `asRaw` names commands (by their key) and sections ("%packages") that are
 * kept as plain kickstart.
 */
export function toDocument(grammar: Grammar, reading: Reading, asRaw: ReadonlySet<string>): ConvertedDocument {
  return new DocumentBuilder(grammar, reading, asRaw).build();
}

class DocumentBuilder {
  private readonly members = new Map<string, { comments: readonly string[]; node: Node }>();
  private readonly raw: { line: number; text: string }[] = [];
  private comments: string[] = [];
  private header: string[] | undefined;
  private typed = 0;
  private seenCommand = false;
  private seenSection = false;

  constructor(
    private readonly grammar: Grammar,
    private readonly reading: Reading,
    private readonly asRaw: ReadonlySet<string>,
  ) {}

  build(): ConvertedDocument {
    if (this.reading.state.platform !== "") this.set("platform", value(this.reading.state.platform));
    for (const item of this.reading.items) this.add(item);
    const members = [...this.members].map(([key, member]) => ({ key, ...member }));
    return { header: this.header ?? [], members, trailing: this.comments, typed: this.typed, raw: this.raw };
  }

  private add(item: ReadItem): void {
    switch (item.kind) {
      case "blank":
        if (this.header === undefined && this.comments.length > 0) this.header = this.take();
        return;
      case "comment":
        this.comments.push(item.text);
        return;
      default:
        this.header ??= [];
    }
    switch (item.kind) {
      case "include":
      case "ksappend":
        if (item.comment !== null) this.comments.push(item.comment);
        this.typed += 1;
        return this.push("include", call(item.kind, value(item.file), ...this.position(item.line)));
      case "command":
        this.seenCommand = true;
        return this.addCommand(item);
      case "section":
        this.seenSection = true;
        return this.addSection(item);
    }
  }

  /** Where an included file stands; the default is left out. */
  private position(line: number): Node[] {
    const more = this.reading.items.some((item) => item.kind === "command" && item.line > line);
    const position: IncludePosition =
      this.seenSection && !more ? "end" : this.seenCommand || this.seenSection ? "afterCommands" : "start";
    return position === "start" ? [] : [value(position)];
  }

  private addCommand(item: ReadCommand): void {
    for (const other of item.replaces ?? []) {
      const said = other.comment === null ? "" : ` ${other.comment}`;
      this.comments.push(`# Line ${other.line} (${other.name}) is replaced or completed by this one.${said}`);
    }
    const name = this.grammar.aliases[item.name] ?? item.name;
    const table = this.grammar.commands[name];
    if (table?.verbatim && !this.asRaw.has(item.key)) {
      this.typed += 1 + (item.replaces?.length ?? 0);
      return this.set(name, table.deprecated !== undefined && item.rest === "" ? value(true) : value(item.rest));
    }
    if (item.comment !== null) this.comments.push(item.comment);
    const node = table === undefined || item.apart || this.asRaw.has(item.key) ? undefined : commandNode(table, item);
    if (node === undefined) return this.addRaw(item.line, item.text, call("Raw.line", value(item.text.trim())));
    this.typed += 1 + (item.replaces?.length ?? 0);
    if (table!.many) this.push(name, node);
    else this.set(name, node);
  }

  private addSection(item: ReadSection): void {
    if (item.comment !== null) this.comments.push(item.comment);
    if (item.name === "%packages" && !this.asRaw.has("%packages")) {
      this.typed += 1;
      if (!this.members.has("packages")) {
        this.set("packages", packagesNode(this.grammar, this.reading, allPackageText(this.reading)));
      }
      return;
    }
    // pykickstart drops a script of white space, and an empty certificate is an error.
    if (!item.kept && item.name !== "%packages") {
      this.typed += 1;
      return;
    }
    const repeated = item.name === "%anaconda" && this.members.has("anaconda");
    const typed = this.asRaw.has(item.name) || repeated ? undefined : sectionNode(this.grammar, item);
    if (typed === undefined) {
      const header = this.reading.lines[item.line - 1]!.trim();
      return this.addRaw(item.line, header, call("Raw.section", value(header), { kind: "text", text: item.text }));
    }
    this.typed += 1;
    if (typed.many) this.push(typed.key, typed.node);
    else this.set(typed.key, typed.node);
  }

  private addRaw(line: number, text: string, node: Node): void {
    this.raw.push({ line, text });
    this.push("raw", node);
  }

  private set(key: string, node: Node): void {
    this.members.set(key, { comments: this.take(), node });
  }

  private push(key: string, node: Node): void {
    const item: Item = { comments: this.take(), node };
    const member = this.members.get(key);
    if (member?.node.kind === "array") member.node.items.push(item);
    else this.members.set(key, { comments: [], node: { kind: "array", items: [item], trailing: [] } });
  }

  private take(): string[] {
    const taken = this.comments;
    this.comments = [];
    return taken;
  }
}

function allPackageText(reading: Reading): string {
  const sections = reading.items.filter((item) => item.kind === "section" && item.name === "%packages");
  return sections.map((item) => (item as ReadSection).text).join("");
}

/** A command as the typed form has it, or undefined if it has no place for an option. */
function commandNode(table: CommandTable, item: ReadCommand): Node | undefined {
  const members = new Map<string, Node>();
  if (!placeValues(table, item.values, members)) return undefined;
  for (const found of item.options) {
    const property = propertyOf(table, found.option);
    if (property === undefined) return undefined;
    const before = members.get(property);
    for (const set of table.exclusive ?? []) if (set.includes(property)) for (const other of set) members.delete(other);
    const repeats = found.extends || optionSpelling(table.options![property]!).kind === "each";
    members.set(property, optionNode(found.value, repeats ? before : undefined, repeats));
  }
  if (members.size === 0 && !table.many) return value(true);
  const [only] = table.values ?? [];
  const short = members.size === 1 && !table.many && table.values?.length === 1 && !only!.includes("...");
  const first = short ? members.get(only!.replace("?", "")) : undefined;
  return first ?? object(Object.fromEntries(members));
}

/** Gives the arguments their names; false if there are more than names. */
function placeValues(table: CommandTable, given: readonly string[], members: Map<string, Node>): boolean {
  const left = [...given];
  for (const spelling of table.values ?? []) {
    const property = spelling.replace(/\.*\??$/, "");
    if (spelling.includes("...")) {
      if (left.length > 0) members.set(property, strings(left.splice(0)));
    } else if (left.length > 0) {
      // A password may be written as several words (sshpw), which are joined by spaces.
      const last = spelling === table.values!.at(-1) && left.length > 1;
      members.set(property, value(last ? left.splice(0).join(" ") : left.shift()!));
    }
  }
  return left.length === 0;
}

function optionNode(
  content: ReadCommand["options"][number]["value"],
  before: Node | undefined,
  repeats: boolean,
): Node {
  if (typeof content !== "object" && !repeats) return value(content);
  const items = typeof content === "object" ? content : [String(content)];
  const earlier = before?.kind === "array" ? before.items : [];
  return {
    kind: "array",
    items: [...earlier, ...items.map((item) => ({ comments: [], node: value(item) }))],
    trailing: [],
  };
}

function propertyOf(table: CommandTable, option: string): string | undefined {
  for (const [property, entry] of Object.entries(table.options ?? {})) {
    const { name, aliases } = optionSpelling(entry);
    if (name === option || aliases.includes(option)) return property;
  }
  return undefined;
}
