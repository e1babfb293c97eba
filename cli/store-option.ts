import type { Command } from "commander";
import { dirname, join } from "node:path";
import { UserError } from "../util/user-error";

/** What every command over the store takes. */
export interface StoreOptions {
  readonly store: string;
  readonly json?: true;
}

/** Adds a command over the store, with the options that all of them have. */
export function storeCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option("--store <dir>", "folder of the store", "images")
    .option("--json", "print JSON");
}

/** Where machines are looked for: in `machines` beside the store, and in the folders that were named. */
export function machineFolders(store: string, named: readonly string[] = []): string[] {
  return [join(dirname(store), "machines"), ...named];
}

/** For options that count something. */
export function wholeNumber(value: string): number {
  if (/^\d{1,6}$/.test(value)) return Number(value);
  throw new UserError(`"${value}" is not a number to count with: write 0, 1, 2 ...`);
}

/** Prints a value as JSON that people can read too. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
