import { extname, join } from "node:path";

/** This package's own folder: that of the sources, or `lib/` of the installed package. */
const PACKAGE = join(__dirname, "..");

/** A file of this package. Scripts end as this file does: `.ts` in the repository, `.js` in the installed package. */
export function packageFile(...path: string[]): string {
  return join(PACKAGE, ...path);
}

/** The command line that runs a script of this package, given without its ending; quoted for a POSIX shell. */
export function scriptCommand(...path: string[]): string {
  const ending = extname(__filename);
  const loader = ending === ".ts" ? ["--require", shellQuote(require.resolve("tsx/cjs"))] : [];
  return [shellQuote(process.execPath), ...loader, shellQuote(`${packageFile(...path)}${ending}`)].join(" ");
}

/** A word of a POSIX shell's command line. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
