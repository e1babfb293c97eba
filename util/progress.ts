import { coloured, wantsColour, type Colour } from "./text-table";

/** What a step says about where it is, e.g. "compiling: 412 packages". */
export type Note = (text: string) => void;

/**
 * Tells a reader how long work goes on: on a terminal one line whose elapsed time runs, elsewhere a line at the start,
 * one at the end and one every 30 s. Colour only on a terminal, and not with NO_COLOR (https://no-color.org).
 */
export class Progress {
  private readonly live: boolean;
  private readonly colour: boolean;

  constructor(
    private readonly out: Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns"> = process.stdout,
    environment: NodeJS.ProcessEnv = process.env,
  ) {
    this.live = out.isTTY && environment["TERM"] !== "dumb";
    this.colour = wantsColour(out, environment);
  }

  /** A line of its own. */
  line(text: string): void {
    this.out.write(`${text}\n`);
  }

  /**
   * Runs one step and prints its title, its latest note and its elapsed time; at the end what `work` returns, e.g.
   * "built". What it throws is thrown on, after the line "failed".
   */
  async step(title: string, work: (note: Note) => Promise<string>): Promise<void> {
    const start = Date.now();
    let latest = "";
    const seconds = () => elapsed(Date.now() - start);
    const status = () => `${title}${latest && `: ${latest}`} (${seconds()})`;
    if (!this.live) this.line(`${title} ...`);
    const timer = this.live
      ? setInterval(() => this.redraw(status()), 250)
      : setInterval(() => this.line(`  ${status()}`), 30_000);
    try {
      const outcome = await work((text) => {
        latest = text;
      });
      this.end("green", `${title}: ${outcome} (${seconds()})`);
    } catch (error) {
      this.end("red", `${title}: failed (${seconds()})`);
      throw error;
    } finally {
      clearInterval(timer);
    }
  }

  private redraw(text: string): void {
    this.out.write(`\r\x1b[K${text.slice(0, (this.out.columns || 80) - 1)}`);
  }

  private end(colour: Colour, text: string): void {
    if (this.live) this.out.write("\r\x1b[K");
    this.line(this.colour ? coloured(colour, text) : text);
  }
}

/** Milliseconds as a reader takes them: "0.4 s", "42 s", "3 min 5 s". */
export function elapsed(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
