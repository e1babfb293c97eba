import { onEndSignal } from "../../util/signals";

/** What ends a deploy early: a Ctrl-C on the terminal, or a signal to this process. */
export class Interruption {
  private readonly listeners = new Set<() => void>();
  private isOver = false;

  /** From now on, a signal does what it does by default. */
  readonly close = onEndSignal(() => {
    this.isOver = true;
    for (const listener of this.listeners) listener();
  });

  get happened(): boolean {
    return this.isOver;
  }

  /** Calls back on each signal, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
