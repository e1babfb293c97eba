/**
 * The kickstart syntax of one dialect: what the renderer and the converter know of its commands. The tables in
 * `imports/kickstart/` have this form; `Document` is the typed form of a kickstart in that dialect.
 */
export interface Grammar<Document = unknown> {
  /** The dialect's name here, e.g. "rhel9". */
  readonly name: string;
  /** Its name for pykickstart, e.g. "RHEL9". */
  readonly pykickstart: string;
  readonly commands: Readonly<Record<string, CommandTable>>;
  /** Sets of alternatives: a kickstart has commands of one alternative only. */
  readonly exclusive: readonly (readonly (readonly string[])[])[];
  /** Options of `%packages`: property -> `"KIND --name --alias..."`. */
  readonly packages: Readonly<Record<string, string>>;
  /** Options of `%certificate`; absent if the release has no such section. */
  readonly certificate?: readonly string[];
  /** Other spellings of a command: alias -> command. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Commands that this release refuses: command -> the version that removed it, e.g. "F34". */
  readonly removed: Readonly<Record<string, string>>;
  /** Never set: it ties the type of the document to the dialect. */
  readonly document?: Document;
}

/** One command of a dialect. */
export interface CommandTable {
  /** pykickstart's write priority: commands of a lower one come first. */
  readonly order: number;
  /** May be given many times: an array in the typed form. */
  readonly many?: true;
  /** What follows the name is handed to another tool as it is: a string in the typed form. */
  readonly verbatim?: true;
  /** The version since which the command has no effect. */
  readonly deprecated?: string;
  /** Arguments without an option, in order; `name?` may be left out, `name...` takes a list. */
  readonly values?: readonly string[];
  /** The arguments stand after the options, as people write them. */
  readonly valuesLast?: true;
  /** Property -> `"KIND --name --alias..."`; the first name is the one that is written. */
  readonly options?: Readonly<Record<string, string>>;
  /** Sets of properties of which at most one may be given. */
  readonly exclusive?: readonly (readonly string[])[];
}

/**
 * How an option takes its value:
 * `flag` none; `adds` none, and adds to another option's list; `text`; `number` a whole one; `yesno`; `list` joined by
 * commas; `each` the option again for each item; `maybe` none or a text.
 */
type OptionKind = "flag" | "adds" | "text" | "number" | "yesno" | "list" | "each" | "maybe";

/** An entry of an options table, taken apart. */
export interface OptionSpelling {
  readonly kind: OptionKind;
  /** The option that is written, e.g. "--ondisk". */
  readonly name: string;
  readonly aliases: readonly string[];
}

/** Takes an entry of an options table apart. */
export function optionSpelling(entry: string): OptionSpelling {
  const [kind, name, ...aliases] = entry.split(" ") as [OptionKind, string, ...string[]];
  return { kind, name, aliases };
}
