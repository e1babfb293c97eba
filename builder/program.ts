import { basename } from "node:path";
import { UserError } from "../util/user-error";
import { Interrupted, onInterruption } from "./interruption";

/** Makes what a request file asks for. */
export type Make = (requestFile: string, signal: AbortSignal) => Promise<unknown>;

/**
 * Runs one of the builder's programs: a request file in, exit code out, errors as one message on standard error.
 * `wanted` names the file in messages, such as "build.json".
 */
export async function runProgram(args: readonly string[], wanted: string, make: Make): Promise<number> {
  const [requestFile, ...others] = args;
  if (requestFile === undefined || others.length > 0) {
    process.stderr.write(`one argument is wanted, the path of a ${wanted}; got ${args.length}\n`);
    return 2;
  }
  return untilInterrupted(`the build of ${basename(requestFile)}`, (signal) => make(requestFile, signal));
}

/** Runs work that an interruption ends, and gives the exit code. `what` names it in messages. */
export async function untilInterrupted(what: string, work: (signal: AbortSignal) => Promise<unknown>): Promise<number> {
  const controller = new AbortController();
  const stop = onInterruption((reason) => controller.abort(new Interrupted(`interrupted: ${reason}`)));
  try {
    await work(controller.signal);
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) {
      process.stderr.write(`${error.message}; nothing is left of ${what}\n`);
      return 130;
    }
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  } finally {
    stop();
  }
}
