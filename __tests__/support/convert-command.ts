import { Command } from "commander";
import { addConvert } from "../../cli/convert";
import { UserError } from "../../util/user-error";

/** `os-images` with nothing but `convert`. */
const program = new Command("os-images");
addConvert(program);
program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = error.exitCode;
});
