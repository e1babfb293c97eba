import { styleText } from "node:util";
import { printable } from "./printable";

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
