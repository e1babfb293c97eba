import { LineSplitter } from "../util/lines";
import type { Source } from "./causes/cause";
import { FileFollower } from "./file-follower";
import { Screen } from "./screen";
import type { MachineFolder, WorkFolder } from "./work-folder";

/** Everything that a guest, its firmware, its installer and Packer print, as lines; and the console's screen. */
export class GuestLogs {
  private readonly screen: Screen;
  private readonly console: FileFollower;
  private readonly others: readonly { readonly file: FileFollower; readonly lines: LineSplitter }[];

  constructor(
    work: MachineFolder & Partial<Pick<WorkFolder, "packerLog">>,
    onLine: (source: Source, line: string) => void,
  ) {
    this.screen = new Screen((line) => onLine("console", line));
    this.console = new FileFollower(work.console, (bytes) => this.screen.write(bytes));
    const follow = (path: string, source: Source) => {
      const lines = new LineSplitter((line) => onLine(source, line));
      return { lines, file: new FileFollower(path, (bytes) => lines.write(bytes)) };
    };
    this.others = [
      follow(work.installerLog, "installer"),
      follow(work.firmwareLog, "firmware"),
      ...(work.packerLog === undefined ? [] : [follow(work.packerLog, "packer")]),
    ];
  }

  start(): void {
    this.console.start();
    for (const { file } of this.others) file.start();
  }

  /** Reads the rest and ends. */
  async stop(): Promise<void> {
    await Promise.all([this.console.stop(), ...this.others.map(({ file }) => file.stop())]);
    for (const { lines } of this.others) lines.flush();
  }

  /** Reads the console up to the reset, and begins with an empty screen. */
  async guestRestarted(): Promise<void> {
    await this.console.poll();
    await this.screen.startOver();
  }

  /** The lines on the console's screen. */
  screenLines(): string[] {
    return this.screen.lines();
  }

  /** The last lines of the console, the unfinished one included. */
  tail(count: number): string[] {
    return this.screen.tail(count);
  }

  /** Where the console waits for input; empty if it does not. */
  get prompt(): string {
    return this.screen.prompt;
  }

  /** Seconds since the console's last output. */
  get silentSeconds(): number {
    return (performance.now() - this.console.lastActivity) / 1000;
  }
}
