import { ancestors, isRunning } from "../util/processes";
import { onEndSignal } from "../util/signals";

/** The build was interrupted: by a signal, or by the end of a process that started it. */
export class Interrupted extends Error {}

/** Interval between two checks of the parent processes, in milliseconds. */
const POLL_MS = 500;

/** Commands that start a build for a user: if one of them ends, the build ends too. */
const STARTERS = /^(?:sh|dash|bash|terraform|tofu|cdktf|os-images|node|npm)/;

/**
 * Calls back, once, if the build shall end: after a signal, after its output was closed, or after a process that started
 * it has ended. Terraform kills its shell alone and sends no signal on, so the parent processes are watched.
 * @returns a function that ends the watch
 */
export function onInterruption(interrupt: (reason: string) => void): () => void {
  const all = ancestors();
  const last = all.findLastIndex(({ command }) => /^(?:terraform|tofu|cdktf|os-images)/.test(command));
  const watched = all.slice(0, Math.max(1, last + 1)).filter(({ command }, i) => i === 0 || STARTERS.test(command));
  const parent = process.ppid;
  let over = false;
  const once = (reason: string): void => {
    if (over) return;
    over = true;
    interrupt(reason);
  };

  const timer = setInterval(() => {
    const gone = watched.find((ancestor) => !isRunning(ancestor));
    if (gone !== undefined) once(`${gone.command} (process ${gone.pid}), which started it, is gone`);
    else if (process.ppid !== parent) once("the process that started it is gone");
  }, POLL_MS);
  timer.unref();
  const releaseSignals = onEndSignal(once);
  const onPipe = (error: NodeJS.ErrnoException): void => {
    if (error.code === "EPIPE") once("nobody reads its output");
    else throw error;
  };
  process.stdout.on("error", onPipe);
  process.stderr.on("error", onPipe);
  return () => {
    clearInterval(timer);
    releaseSignals();
  };
}
