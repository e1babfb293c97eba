import { UserError } from "../../util/user-error";
import { optionSpelling } from "./grammar";
import { listItem, word } from "./quote";
import type { TextLines } from "./text-lines";

/** The words of one option, of a command or of a section: `entry` is its entry in the dialect's table. */
export function optionText(entry: string, value: unknown, place: string, lines: TextLines): string[] {
  const { kind, name } = optionSpelling(entry);
  switch (kind) {
    case "flag":
    case "adds":
      if (value !== true) throw new UserError(`${place}: write true or leave it out; got ${JSON.stringify(value)}`);
      return [name];
    case "yesno":
      return [`${name}=${value === true ? "yes" : "no"}`];
    case "number":
      return [`${name}=${lines.number(value, place)}`];
    case "list": {
      const items = strings(value, place).map((item, index) => listItem(item, `${place}[${index}]`));
      return items.length === 0 ? [] : [`${name}=${word(items.join(","), place)}`];
    }
    case "each":
      return strings(value, place).map((item, index) => `${name}=${word(item, `${place}[${index}]`)}`);
    case "maybe":
      return value === true ? [name] : [`${name}=${word(string(value, place), place)}`];
    case "text":
      return [`${name}=${word(string(value, place), place)}`];
  }
}

/** A value that must be a string. */
export function string(value: unknown, place: string): string {
  if (typeof value !== "string") throw new UserError(`${place}: write a string; got ${JSON.stringify(value)}`);
  return value;
}

/** A value that must be an array of strings. */
export function strings(value: unknown, place: string): readonly string[] {
  if (!Array.isArray(value)) throw new UserError(`${place}: write an array of strings; got ${JSON.stringify(value)}`);
  return value.map((item, index) => string(item, `${place}[${index}]`));
}
