import { UserError } from "../../util/user-error";
import type { Source } from "./sections";
import { LINE_BREAK } from "./quote";

export interface RenderOptions {
  /**
   * Reads a script that is given by its path.
   * @default - a path is an error: only texts can be given
   */
  readonly readFile?: (path: string) => string;
  /**
   * Writes a number that is not a whole one: with cdktf, a number that Terraform will know (`Token.asString`).
   * @default - such a number is an error
   */
  readonly number?: (value: number) => string;
}

/** A piece of plain kickstart in a typed document. */
export interface RawFinding {
  readonly code: "raw-line";
  /** Line of the rendered text, from 1. */
  readonly line: number;
  readonly message: string;
}

export interface Rendered {
  readonly text: string;
  readonly findings: readonly RawFinding[];
  /** For each line, the member of the document that made it, e.g. "part[1]"; empty where none did. */
  readonly places: readonly string[];
}

/** Collects the lines of a kickstart, and where each came from. */
export class TextLines {
  private readonly text: string[] = [];
  private readonly places: string[] = [];
  private readonly findings: RawFinding[] = [];

  constructor(private readonly options: RenderOptions) {}

  push(line: string, place: string): void {
    this.text.push(line);
    this.places.push(place);
  }

  /** A section with its `%end`, set off by an empty line. `body` is empty or ends in a line break. */
  section(header: string, body: string, place: string): void {
    if (this.text.length > 0) this.push("", "");
    this.push(header, place);
    if (body !== "") for (const line of body.slice(0, -1).split("\n")) this.push(line, place);
    this.push("%end", place);
  }

  raw(text: string): void {
    this.findings.push({
      code: "raw-line",
      line: this.text.length + 1,
      message: `plain kickstart in a typed document: ${text.split(LINE_BREAK)[0]!}`,
    });
  }

  number(value: unknown, place: string): string {
    if (Number.isSafeInteger(value)) return String(value);
    if (typeof value === "number" && this.options.number !== undefined) return this.options.number(value);
    throw new UserError(`${place}: write a whole number; got ${JSON.stringify(value)}`);
  }

  source(source: Source, place: string): string {
    if (typeof source !== "string") return source.body;
    if (this.options.readFile === undefined) throw new UserError(`${place}: cannot read ${source} here; give { body }`);
    return this.options.readFile(source);
  }

  rendered(): Rendered {
    const text = this.text.length === 0 ? "" : `${this.text.join("\n")}\n`;
    return { text, findings: this.findings, places: this.places };
  }
}
