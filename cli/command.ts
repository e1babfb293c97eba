import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { UserError } from "../util/user-error";

/** What every command takes. */
export interface CommandOptions {
  readonly json?: true;
}

/** What every command over the store takes. */
export interface StoreOptions extends CommandOptions {
  readonly store: string;
}

/** Adds a command, with the options that all have. */
export function addCommand(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).option("--json", "print JSON");
}

/** Adds a command over the store, with the options that all of those have. */
export function addStoreCommand(program: Command, name: string, description: string): Command {
  return addCommand(program, name, description).option("--store <dir>", "folder of the store", "images");
}

/** Where machines are looked for: in `machines` beside the store, and in the folders that were named. */
export function machineFolders(store: string, named: readonly string[] = []): string[] {
  return [join(dirname(store), "machines"), ...named];
}

/**
 * Reads a whole number of that size or more from the command line.
 * @throws UserError on anything else
 */
export function wholeNumber(least: 0 | 1): (value: string) => number {
  return (value) => {
    if (/^\d{1,9}$/.test(value) && Number(value) >= least) return Number(value);
    throw new UserError(`"${value}" is not a whole number from ${least} up: write one such as 2048`);
  };
}

/** Prints a value as JSON that people can read too; control characters, those that JSON allows too, by their numbers. */
export function printJson(value: unknown): void {
  const text = JSON.stringify(value, null, 2).replace(
    /[\x7f-\x9f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
  process.stdout.write(`${text}\n`);
}

/** For `process.stdout.on("error", ...)`: a reader that has seen enough, such as `head`, is no failure. */
export function quitOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}

/** This package's own package.json, as far as commands read it. */
interface PackageJson {
  readonly version: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
  /** Those that only some projects need. */
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** This package's own package.json. */
export function packageJson(): PackageJson {
  return JSON.parse(readFileSync(require.resolve("os-images/package.json"), "utf8")) as PackageJson;
}
