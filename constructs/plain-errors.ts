import { UserError } from "../util/user-error";

/**
 * A user's error that nothing catches, thrown while constructs are made or by `app.synth()`, ends the process with its
 * message alone and its exit code: 2 for bad input, 3 for a missing tool. All other errors stay node's, with their stack.
 * https://nodejs.org/api/process.html#event-uncaughtexceptionmonitor
 */
export function printUserErrorsPlainly(): void {
  process.on("uncaughtExceptionMonitor", (error) => {
    if (!(error instanceof UserError) || process.listenerCount("uncaughtException") > 0) return;
    process.stderr.write(`error: ${error.message}\n`);
    process.exit(error.exitCode);
  });
}
