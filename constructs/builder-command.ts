import { scriptCommand, shellQuote } from "./package-file";
import { hasToken } from "./terraform-text";

/** The command line that builds a request. The builder's place comes from this package, not from the project. */
export function builderCommand(requestFile: string): string {
  const word = hasToken(requestFile) ? `"${requestFile}"` : shellQuote(requestFile);
  return `${scriptCommand("builder", "main")} ${word}`;
}
