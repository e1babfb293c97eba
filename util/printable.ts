/**
 * A line of text from elsewhere, fit for a terminal: without control characters (C0 but the tab, DEL, C1), and without
 * invisible ones, which can hide text or turn its direction (Unicode Standard Annex 9).
 */
export function printable(line: string): string {
  return line.replace(/(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "");
}
