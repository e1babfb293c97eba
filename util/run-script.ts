import { UserError } from "./user-error";

/** Runs a script's main function: its result is the exit code, and an error of the user's is one line. */
export function runScript(main: () => number | Promise<number>): void {
  void Promise.resolve()
    .then(main)
    .catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      process.stderr.write(`error: ${error.message}\n`);
      return error.exitCode;
    })
    .then((code) => {
      process.exitCode = code;
    });
}
