import { run as runProgram } from "../../util/run";
import { UserError } from "../../util/user-error";
import { SOURCE_DATE_EPOCH } from "./inputs";

/** What could change the outcome is fixed. */
const ENVIRONMENT = {
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
  SOURCE_DATE_EPOCH: String(SOURCE_DATE_EPOCH),
  PYTHONHASHSEED: "0",
};

/**
 * Runs a program to its end and returns what it printed.
 * @throws UserError (exit code 1) with its last lines if it fails
 */
export async function run(command: string, args: readonly string[], cwd?: string): Promise<string> {
  try {
    return await runProgram(command, args, { env: ENVIRONMENT, ...(cwd !== undefined && { cwd }) });
  } catch (error) {
    throw new UserError(`the demo installer's medium could not be made: ${(error as Error).message}`, 1);
  }
}
