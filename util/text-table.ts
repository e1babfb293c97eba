import { styleText } from "node:util";
import { printable } from "./lines";

export type Colour = "red" | "green" | "yellow" | "bold";

/** A cell, with the colour that it has on a terminal. */
export interface Cell {
  readonly text: string;
  readonly colour?: Colour;
}

/** Colour only on a terminal, and not with NO_COLOR (https://no-color.org). */
export function wantsColour(
  out: Pick<NodeJS.WriteStream, "isTTY"> = process.stdout,
  environment: NodeJS.ProcessEnv = process.env,
): boolean {
  return out.isTTY && environment["TERM"] !== "dumb" && !environment["NO_COLOR"];
}

/** A text with the codes of a colour around it. */
export function coloured(colour: Colour, text: string): string {
  return styleText(colour, text, { validateStream: false });
}

/**
 * Rows as columns, two blanks apart, under a heading if there is one. `right` has the columns whose cells end at the
 * same place, as numbers do. The text is the same with and without colour; without control characters.
 */
export function textTable(
  heading: readonly string[],
  rows: readonly (readonly (Cell | string)[])[],
  { right = [], colour = wantsColour() }: { readonly right?: readonly number[]; readonly colour?: boolean } = {},
): string {
  const titles = heading.map((text): Cell => ({ text, colour: "bold" }));
  const cells = rows.map((row) => row.map((cell) => onOneLine(typeof cell === "string" ? { text: cell } : cell)));
  const all: readonly (readonly Cell[])[] = heading.length > 0 ? [titles, ...cells] : cells;
  const columns = Math.max(0, ...all.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...all.map((row) => row[i]?.text.length ?? 0)));
  const line = (row: readonly Cell[]): string =>
    row
      .map((cell, i) => {
        const gap = " ".repeat((widths[i] ?? 0) - cell.text.length);
        const text = colour && cell.colour ? coloured(cell.colour, cell.text) : cell.text;
        return right.includes(i) ? gap + text : i === row.length - 1 ? text : text + gap;
      })
      .join("  ")
      .trimEnd();
  return all.map((row) => `${line(row)}\n`).join("");
}

function onOneLine(cell: Cell): Cell {
  return { ...cell, text: printable(cell.text.replace(/[\n\t]/g, " ")) };
}

/** Bytes as a reader takes them, in powers of ten: "812 B", "46 MB", "1.2 GB". */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`;
}

/** A time in UTC to the minute, and how long ago it was: "2026-11-20 14:03 (3 d)". What is no time stays as it is. */
export function timeAndAge(time: string, now: number = Date.now()): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return time;
  const minutes = Math.max(0, Math.floor((now - at) / 60_000));
  const [hours, days] = [Math.floor(minutes / 60), Math.floor(minutes / 1440)];
  const age = days > 0 ? `${days} d` : hours > 0 ? `${hours} h` : `${minutes} min`;
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} (${age})`;
}
