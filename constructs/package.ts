import { extname, join } from "node:path";
import { shellQuote } from "../util/shell-quote";
import { escapeTemplate } from "./terraform-text";

/** This package's own folder: that of the sources, or `lib/` of the installed package. */
const PACKAGE = join(__dirname, "..");

/** A `local-exec` of a `null_resource`. */
export interface ScriptProvisioner {
  readonly type: "local-exec";
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs a script of this package, given without its ending. `words` are the rest of its command line. Values reach it by
 * the environment, as "$NAME" in `words`, so that no shell reads what is in them.
 */
export function scriptProvisioner(
  script: string,
  words: string,
  environment: Readonly<Record<string, string>>,
): ScriptProvisioner {
  return { type: "local-exec", command: `${escapeTemplate(scriptCommand(script))} ${words}`, environment };
}

/** The command line that runs a script of this package, quoted for a POSIX shell. */
export function scriptCommand(script: string): string {
  return scriptWords(script).map(shellQuote).join(" ");
}

/**
 * The words of the command that runs a script of this package. Scripts end as this file does: `.ts` in the repository,
 * `.js` in the installed package.
 */
export function scriptWords(script: string): string[] {
  const ending = extname(__filename);
  const loader = ending === ".ts" ? ["--require", require.resolve("tsx/cjs")] : [];
  return [process.execPath, ...loader, join(PACKAGE, `${script}${ending}`)];
}
