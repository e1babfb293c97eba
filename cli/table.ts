/** Rows as columns of equal width, two blanks apart; without a heading where there is none. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = heading.length > 0 ? [heading, ...rows] : rows;
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
