const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What ends a deploy early: a Ctrl-C on the terminal, or a signal to this process. */
export class Interruption {
  private readonly listeners = new Set<() => void>();
  private isOver = false;
  private readonly onSignal = (): void => {
    this.isOver = true;
    for (const listener of this.listeners) listener();
  };

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
  }

  get happened(): boolean {
    return this.isOver;
  }

  /** Calls back on each signal, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** From now on, a signal does what it does by default. */
  close(): void {
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
  }
}
