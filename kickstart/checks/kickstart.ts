import type { ParsedCommand, ParsedKickstart, ParsedSection } from "./parsed";
import type { Place } from "./finding";

/** A parsed kickstart with the questions that checks ask of it. */
export class CheckedKickstart {
  private readonly places: ReadonlyMap<string, ParsedCommand>;

  constructor(
    readonly path: string,
    readonly text: string,
    readonly parsed: ParsedKickstart,
  ) {
    this.places = new Map(parsed.commands.map((command) => [`${command.line} ${command.file}`, command]));
  }

  /** The command that stands there. */
  commandAt({ file, line }: Place): ParsedCommand | undefined {
    return this.places.get(`${line} ${file}`);
  }

  /** Where findings about something missing are placed: the first line. */
  get start(): Place {
    return { file: this.path, line: 1 };
  }

  /** Lines of these commands, also those that pykickstart does not accept, in order. */
  all(...names: string[]): ParsedCommand[] {
    return this.parsed.commands.filter((command) => names.includes(command.name));
  }

  /** Lines of these commands that pykickstart accepts, in order. */
  accepted(...names: string[]): ParsedCommand[] {
    return this.all(...names).filter((command) => command.accepted);
  }

  has(...names: string[]): boolean {
    return this.all(...names).length > 0;
  }

  /** Whether parts of the file are not to be seen here, so that nothing can be said to be missing. */
  get isPartial(): boolean {
    const { complete, unresolved, problems } = this.parsed;
    return !complete || unresolved.length > 0 || problems.some(({ kind }) => kind === "escape" || kind === "recursive");
  }

  /** `%pre`, `%post` and the like. */
  get scripts(): ParsedSection[] {
    return this.parsed.sections.filter(({ name }) => /^%(pre|pre-install|post|onerror|traceback)$/.test(name));
  }

  /** Whether a `%post` script has a match for this. */
  postHas(pattern: RegExp): boolean {
    return this.parsed.sections.some(({ name, body }) => name === "%post" && pattern.test(body));
  }
}

/** A question whose answer is kept: several rules ask it of the same kickstart. */
export function asked<T>(answer: (kickstart: CheckedKickstart) => T): (kickstart: CheckedKickstart) => T {
  const known = new WeakMap<CheckedKickstart, T>();
  return (kickstart) => {
    if (!known.has(kickstart)) known.set(kickstart, answer(kickstart));
    return known.get(kickstart)!;
  };
}

/** An attribute that is a text, or "" if it is none. */
export function text(command: ParsedCommand, attribute: string): string {
  const value = command.values[attribute];
  return typeof value === "string" ? value : "";
}

/** An attribute that is a number, or 0 if it is none. */
export function number(command: ParsedCommand, attribute: string): number {
  const value = command.values[attribute];
  return typeof value === "number" ? value : 0;
}

/** An attribute that is a list of texts, or an empty one. */
export function list(command: ParsedCommand, attribute: string): string[] {
  const value = command.values[attribute];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** Whether an attribute is set to true. */
export function flag(command: ParsedCommand, attribute: string): boolean {
  return command.values[attribute] === true;
}
