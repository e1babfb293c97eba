import { elapsed } from "../../util/progress";

/** How often the time on the last line is renewed, in milliseconds. */
const REDRAW_MS = 500;

/**
 * Where the progress of several stacks goes: each line has its stack's name before it. A terminal has one line more, at the
 * end, with the time since the last one.
 */
export class Screen {
  private readonly live: boolean;
  private readonly timer: NodeJS.Timeout | undefined;
  private latest: { readonly stack: string; readonly at: number } | undefined;

  constructor(
    private readonly out: Pick<NodeJS.WriteStream, "write" | "isTTY">,
    private readonly width: number,
  ) {
    this.live = out.isTTY && process.env["TERM"] !== "dumb";
    this.timer = this.live ? setInterval(() => this.draw(), REDRAW_MS).unref() : undefined;
  }

  /** Prints a text, which may have several lines. */
  print(stack: string, text: string): void {
    this.clear();
    const lines = text.split("\n").map((line) => `${stack.padEnd(this.width)}  ${line}`.trimEnd());
    this.out.write(lines.map((line) => `${line}\n`).join(""));
    this.latest = { stack, at: Date.now() };
  }

  /** Takes the last line away while something else is printed, and at the end. */
  clear(): void {
    if (this.live) this.out.write("\r\x1b[K");
    this.latest = undefined;
  }

  close(): void {
    this.clear();
    clearInterval(this.timer);
  }

  private draw(): void {
    if (this.latest === undefined) return;
    const { stack, at } = this.latest;
    this.out.write(`\r\x1b[K${stack.padEnd(this.width)}  ... ${elapsed(Date.now() - at)}`);
  }
}
