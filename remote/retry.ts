import { setTimeout as sleep } from "node:timers/promises";
import { RemoteError } from "./remote";

/** First pause after a failure, in milliseconds; each further one is twice as long. */
const PAUSE_MS = 500;

/**
 * Calls `work` again while it fails because the remote is unreachable, `attempts` times altogether. Pauses vary by a
 * quarter, so that many hosts do not come back at once.
 */
export async function retrying<T>(attempts: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      const again = error instanceof RemoteError && error.kind === "unreachable" && attempt < attempts;
      if (!again) throw error;
      const pause = PAUSE_MS * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
      await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
