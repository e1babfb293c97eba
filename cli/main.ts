import { Command, CommanderError } from "commander";
import { UserError } from "../recipe/user-error";
import { addConvert } from "./convert";
import { addLock } from "./lock";
import { addStore } from "./store";
import { addValidate } from "./validate";

/** The command line over kickstart files and over the store. */
async function main(words: readonly string[]): Promise<number> {
  const program = new Command("os-images")
    .description("Machine images as code: kickstart files, their checks, and the store of built images.")
    .exitOverride()
    .showHelpAfterError("(add --help for the options)");
  addValidate(program);
  addConvert(program);
  addLock(program);
  addStore(program);
  try {
    await program.parseAsync(words, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    return error.exitCode;
  }
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
