import { createReadStream, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import type { Command } from "commander";
import { printable } from "../util/lines";
import { UserError } from "../util/user-error";
import { type Build, buildsOf } from "../store/builds";
import { parseReference, requireName, requireStore } from "../store/list";
import { printJson, addStoreCommand, type StoreOptions } from "./command";

interface LogOptions extends StoreOptions {
  readonly packer?: true;
  readonly failed?: true;
}

/** Adds `os-images log NAME[/FINGERPRINT]`: a log on standard output, and which it is on standard error. */
export function addLog(program: Command): void {
  addStoreCommand(program, "log", "Print the console of the newest build of a name, of a failed one too.")
    .argument("<image>", "NAME or NAME/FINGERPRINT")
    .option("--packer", "print Packer's log instead")
    .option("--failed", "of the newest build that failed")
    .action((reference: string, options: LogOptions) => log(reference, options));
}

async function log(reference: string, options: LogOptions): Promise<void> {
  const store = requireStore(options.store);
  const build = newestBuild(store, reference, options.failed ?? false);
  const file = join(build.folder, options.packer ? "packer.log" : "console.log");
  if (options.json) {
    return printJson({ ...build, file, text: existsSync(file) ? readFileSync(file, "utf8") : undefined });
  }
  process.stderr.write(`${file} (${build.kind}, ${build.time})\n`);
  if (build.failure !== undefined)
    process.stderr.write(`${printable(`failed: ${build.failure.cause}: ${build.failure.reason}`)}\n`);
  if (!existsSync(file)) throw new UserError(`there is no ${file}: that build ended before it was written`, 1);
  await print(file);
}

function newestBuild(store: string, reference: string, failedOnly: boolean): Build {
  const { name, digits } = parseReference(reference);
  requireName(store, name);
  const builds = buildsOf(store, name).filter(
    ({ shortFingerprint, kind }) =>
      (shortFingerprint.startsWith(digits) || digits.startsWith(shortFingerprint)) &&
      (!failedOnly || kind === "failed"),
  );
  if (builds[0] !== undefined) return builds[0];
  throw new UserError(`there is no ${failedOnly ? "failed " : ""}build of ${reference} in ${store}`, 1);
}

/**
 * Prints a log without what a guest could do to the terminal. Waits if the reader is slower than the file; a reader that
 * goes away ends the program (see cli/command.ts).
 */
async function print(file: string): Promise<void> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (!process.stdout.write(`${printable(stripVTControlCharacters(line))}\n`)) {
      await new Promise<void>((resolve) => process.stdout.once("drain", () => resolve()));
    }
  }
}
