import { Screen } from "../../builder/screen";
import { Suspects } from "../../builder/suspects";
import type { Diagnosis, Source, Stage } from "../../builder/causes/cause";

/** A guest whose clock a test moves: what it prints is drawn, judged, and judged again every half second. */
export class JudgedConsole {
  private now = 0;
  readonly suspects = new Suspects(() => this.now);
  private readonly screen = new Screen((line) => this.suspects.line("console", line));

  constructor(stage: Stage = "start") {
    this.suspects.stage = stage;
  }

  /** Prints on the console; text has plain line ends. */
  async print(text: string | Buffer): Promise<this> {
    await this.screen.write(typeof text === "string" ? Buffer.from(text.replaceAll("\n", "\r\n")) : text);
    return this;
  }

  /** Sends lines by another way. */
  send(source: Source, ...lines: readonly string[]): this {
    for (const line of lines) this.suspects.line(source, line);
    return this;
  }

  /** Lets time pass; gives the diagnosis, if there is one by then. */
  wait(seconds: number): Diagnosis | undefined {
    for (const end = this.now + seconds; ; this.now += 0.5) {
      this.suspects.screen(this.screen.lines(), this.screen.prompt);
      const found = this.suspects.diagnosis(this.lines());
      if (found !== undefined || this.now >= end) return found;
    }
  }

  async reset(): Promise<this> {
    await this.screen.startOver();
    this.suspects.guestRestarted();
    return this;
  }

  lines(): string[] {
    return this.screen.tail(Infinity);
  }

  get prompt(): string {
    return this.screen.prompt;
  }
}
