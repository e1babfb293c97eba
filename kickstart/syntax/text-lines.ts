import { UserError } from "../../util/user-error";
import type { Source } from "./sections";

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

/** Collects the lines of a kickstart. */
export class TextLines {
  private readonly lines: string[] = [];

  constructor(private readonly options: RenderOptions) {}

  push(line: string): void {
    this.lines.push(line);
  }

  /** A section with its `%end`, set off by an empty line. `body` is empty or ends in a line break. */
  section(header: string, body: string): void {
    if (this.lines.length > 0) this.push("");
    this.push(header);
    if (body !== "") for (const line of body.slice(0, -1).split("\n")) this.push(line);
    this.push("%end");
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

  text(): string {
    return this.lines.length === 0 ? "" : `${this.lines.join("\n")}\n`;
  }
}
