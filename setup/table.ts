import type { Finding } from "./step";

/** The findings as a table for a reader: tool, version, where it comes from, what to do if it is missing. */
export function table(findings: readonly Finding[]): string {
  const rows = [
    ["tool", "version", "where", "what to do"],
    ...findings.map(({ tool, version, source, remedy }) => [tool, version ?? "-", source ?? "missing", remedy ?? ""]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
