import type { CommandFacts, DialectFacts, OptionFacts } from "./facts";
import {
  ALIASES,
  DISCOURAGED,
  EXCLUSIVE,
  REFUSED_OPTIONS,
  REQUIRED_OPTIONS,
  SAME_OPTION,
  SPELLING,
  TABLELESS,
  VALUES,
} from "./overrides";

/** A command as the bindings show it. */
export interface Command {
  readonly name: string;
  readonly facts: CommandFacts;
  readonly form: "options" | "verbatim" | "bare" | "ignored";
  readonly values: readonly Value[];
  readonly options: readonly Option[];
  readonly exclusive: readonly { readonly of: readonly string[]; readonly one: boolean }[];
  /** What to write instead, if the command works and should not be used. */
  readonly discouraged?: string;
}

export interface Value {
  readonly property: string;
  readonly optional: boolean;
  readonly list: boolean;
}

export interface Option {
  readonly property: string;
  readonly kind: string;
  /** The spelling that is written comes first. */
  readonly names: readonly string[];
  readonly required: boolean;
  readonly deprecated: boolean;
  readonly choices?: readonly string[];
  /** What to write instead, if the option works and should not be used. */
  readonly discouraged?: string;
}

/** The commands of a dialect that the typed form has. Throws if a command has no table and no override. */
export function commandsOf(dialect: DialectFacts): Command[] {
  const commands: Command[] = [];
  for (const [name, facts] of Object.entries(dialect.commands)) {
    if (name in ALIASES || facts.removed !== null || isRefused(name)) continue;
    const discouraged = DISCOURAGED[`${dialect.version} ${name}`];
    const found = command(name, facts);
    const noted = found.options.map((option) => {
      const instead = DISCOURAGED[`${dialect.version} ${name} ${option.property}`];
      return instead === undefined ? option : { ...option, discouraged: instead };
    });
    commands.push({ ...found, options: noted, ...(discouraged === undefined ? {} : { discouraged }) });
  }
  return commands;
}

/** Commands without a table that are neither overridden nor refused. */
export function unexplained(dialect: DialectFacts): string[] {
  return Object.entries(dialect.commands)
    .filter(
      ([name, facts]) => !facts.table && facts.removed === null && facts.deprecated === null && !(name in ALIASES),
    )
    .map(([name]) => name)
    .filter((name) => !(name in TABLELESS));
}

/** Sets of alternatives: commands of one alternative only may be in a kickstart. */
export function alternatives(commands: readonly Command[]): string[][][] {
  const names = commands.map((item) => item.name);
  const conflicts = new Map(names.map((name) => [name, new Set<string>()]));
  const connect = (a: string, b: string) => {
    if (a === b || !conflicts.has(a) || !conflicts.has(b)) return;
    conflicts.get(a)!.add(b);
    conflicts.get(b)!.add(a);
  };
  for (const item of commands) {
    for (const other of item.facts.conflicts) connect(item.name, ALIASES[other] ?? other);
    for (const other of commands) if (other.facts.class === item.facts.class) connect(item.name, other.name);
  }
  const groups: string[][][] = [];
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name) || conflicts.get(name)!.size === 0) continue;
    const members = reachable(name, conflicts);
    for (const member of members) seen.add(member);
    groups.push(partition(members, conflicts));
  }
  return groups;
}

/** camelCase of a long option: "--boot-drive" is bootDrive. */
function camelCase(option: string): string {
  return option.replace(/^--/, "").replace(/[-_]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Options as properties, under the spelling that people use; one that says the same as another is its alias. */
export function options(owner: string, facts: readonly OptionFacts[]): Option[] {
  const result: (Option & { names: string[] })[] = [];
  const aliases: [string, string][] = [];
  for (const fact of facts) {
    const first = fact.names[0]!;
    if (REFUSED_OPTIONS.has(`${owner} ${first}`)) continue;
    const same = SAME_OPTION[`${owner} ${first}`];
    if (same !== undefined && facts.some((other) => other.names.includes(same))) {
      aliases.push([same, first]);
      continue;
    }
    const written = SPELLING[`${owner} ${first}`] ?? first;
    const { kind, deprecated, choices } = fact;
    const required = fact.required || REQUIRED_OPTIONS.has(`${owner} ${first}`);
    result.push({
      property: camelCase(written),
      kind,
      names: [written, ...fact.names.filter((name) => name !== written)],
      required,
      deprecated,
      ...(choices === undefined ? {} : { choices }),
    });
  }
  for (const [same, alias] of aliases) result.find((option) => option.names[0] === same)?.names.push(alias);
  return result;
}

function command(name: string, facts: CommandFacts): Command {
  const override = TABLELESS[name];
  const bare = { name, facts, values: [], options: [], exclusive: [] };
  if (facts.deprecated !== null) return { ...bare, form: "ignored" };
  if (override === "verbatim" || override === "bare") return { ...bare, form: override };
  const found = options(name, facts.options);
  return {
    name,
    facts,
    form: "options",
    values: values(name, facts),
    options: found,
    exclusive: exclusive(name, facts, found),
  };
}

function values(name: string, facts: CommandFacts): Value[] {
  const names = VALUES[name] ?? [];
  if (facts.values.length > names.length) throw new Error(`${name}: its arguments have no names in overrides.ts`);
  return names.map((spelling, index) => ({
    property: spelling.replace(/\.*\??$/, ""),
    optional: spelling.endsWith("?") && facts.values[index]?.nargs !== null,
    list: spelling.includes("..."),
  }));
}

function exclusive(name: string, facts: CommandFacts, found: readonly Option[]): Command["exclusive"] {
  const sets = (EXCLUSIVE[name] ?? []).map(({ of, one }) => ({ of: [...of], one: one ?? false }));
  const property = (option: string) => found.find((item) => item.names.includes(option))?.property;
  if (facts.oneOf.length > 0) {
    sets.push({ of: facts.oneOf.flatMap((option) => property(option) ?? []), one: !facts.bare });
  }
  const destinations = new Map<string, string[]>();
  for (const fact of facts.options) {
    const own = property(fact.names[0]!);
    if (own === undefined || fact.kind === "adds") continue;
    const list = destinations.get(fact.dest) ?? destinations.set(fact.dest, []).get(fact.dest)!;
    if (!list.includes(own)) list.push(own);
  }
  for (const list of destinations.values()) {
    const constants = facts.options.some((fact) => fact.constant && list.includes(property(fact.names[0]!) ?? ""));
    if (list.length > 1 && constants && !sets.some((set) => list.every((item) => set.of.includes(item)))) {
      sets.push({ of: list, one: false });
    }
  }
  // A deprecated option has no effect, so that it excludes nothing.
  const effective = found.filter((item) => !item.deprecated);
  const known = new Set([
    ...effective.map((item) => item.property),
    ...values(name, facts).map((item) => item.property),
  ]);
  return sets
    .map((set) => ({ ...set, of: set.of.filter((item) => known.has(item)) }))
    .filter((set) => set.of.length > 1);
}

function isRefused(name: string): boolean {
  return typeof TABLELESS[name] === "object";
}

function reachable(from: string, edges: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const found = new Set([from]);
  for (const name of found) for (const next of edges.get(name) ?? []) found.add(next);
  return [...found].sort();
}

/** The largest sets of members that do not conflict. */
function partition(members: readonly string[], conflicts: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const sets: string[][] = [];
  for (const first of members) {
    const set = members.filter((name) => !conflicts.get(first)!.has(name));
    const sound = set.every((a) => set.every((b) => !conflicts.get(a)!.has(b)));
    if (!sound) throw new Error(`the commands that conflict with ${first} form no alternatives`);
    if (!sets.some((other) => other.includes(first))) sets.push(set);
  }
  return sets;
}
