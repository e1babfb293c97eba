import { StringDecoder } from "node:string_decoder";
import { Terminal, type IBuffer } from "@xterm/headless";
import { TerminalFilter } from "./terminal-filter";

/** The size that Anaconda's console on a serial port has. */
const COLUMNS = 80;
const ROWS = 24;

/** Lines that are kept after they have left the screen. */
const SCROLLBACK = 500;

/** How many characters the terminal gets at once: other events are handled between two pieces. */
const PIECE = 1024;

/** Of so many lines it is remembered that they were reported. */
const REMEMBERED = 500;

/** tmux's status bar, in the last row of Anaconda's console. */
const STATUS_BAR = /^\[anaconda\]\d:/;

/**
 * A serial console as a person sees it: a terminal of 80 columns and 24 rows. Installers draw by cursor movements, and
 * their prompts have no line end, so the bytes alone do not show what stands there.
 */
export class Screen {
  private readonly decoder = new StringDecoder("utf8");
  private readonly filter = new TerminalFilter();
  private readonly reported = new Set<string>();
  private readonly terminal = new Terminal({
    cols: COLUMNS,
    rows: ROWS,
    scrollback: SCROLLBACK,
    allowProposedApi: true,
    logLevel: "off",
  });

  /** `onLine` gets each line once: when its line end comes, when it is about to be erased, or when the console rests. */
  constructor(private readonly onLine: (line: string) => void) {
    this.terminal.onLineFeed(() => {
      const { baseY, cursorY } = this.buffer;
      this.report(lineAt(this.buffer, baseY + cursorY - 1));
    });
    this.terminal.onScroll(() => this.report(lineAt(this.buffer, this.buffer.baseY - 1)));
    this.terminal.parser.registerCsiHandler({ final: "J" }, () => {
      this.reportScreen();
      return false;
    });
  }

  /** Draws what the console sent, and reports the lines that are then on the screen. */
  async write(bytes: Buffer): Promise<void> {
    const text = this.filter.text(this.decoder.write(bytes));
    for (let begin = 0; begin < text.length; begin += PIECE) await this.draw(text.slice(begin, begin + PIECE));
    this.reportScreen();
  }

  /** The lines on the screen, top to bottom, without the empty ones and tmux's status bar. A wrapped line is one. */
  lines(): string[] {
    return linesOf(this.buffer, this.buffer.baseY);
  }

  /** The last lines, also those that have left the screen; else as `lines`. */
  tail(count: number): string[] {
    return linesOf(this.buffer, 0).slice(-count);
  }

  /** The text before the cursor in its row, if nothing follows: where the console waits for input. Else empty. */
  get prompt(): string {
    const { baseY, cursorX, cursorY } = this.buffer;
    const row = this.buffer.getLine(baseY + cursorY)?.translateToString(true) ?? "";
    return row.length <= cursorX ? row : "";
  }

  /** Moves what is on the screen to the lines that have left it: the guest starts again. */
  async startOver(): Promise<void> {
    await this.draw(`\x1b[?1049l\x1b[r\x1b[${ROWS};1H${"\n".repeat(ROWS)}\x1b[H`);
    this.reported.clear();
  }

  private get buffer(): IBuffer {
    return this.terminal.buffer.active;
  }

  private draw(text: string): Promise<void> {
    return new Promise((resolve) => this.terminal.write(text, resolve));
  }

  private reportScreen(): void {
    for (const line of this.lines()) this.report(line);
  }

  private report(line: string): void {
    if (line === "" || this.reported.has(line)) return;
    if (this.reported.size >= REMEMBERED) for (const oldest of this.reported) if (this.reported.delete(oldest)) break;
    this.reported.add(line);
    this.onLine(line);
  }
}

/** The line that a row is part of, whole also if the terminal wrapped it. */
function lineAt(buffer: IBuffer, row: number): string {
  let first = row;
  while (first > 0 && buffer.getLine(first)?.isWrapped && row - first < ROWS) first--;
  let text = "";
  for (let next = first; next <= row; next++) text += buffer.getLine(next)?.translateToString(next === row) ?? "";
  return text.trimEnd();
}

function linesOf(buffer: IBuffer, from: number): string[] {
  const lines: string[] = [];
  for (let row = from; row < buffer.length; row++) {
    if (!buffer.getLine(row + 1)?.isWrapped) lines.push(lineAt(buffer, row));
  }
  return lines.filter((line) => line !== "" && !STATUS_BAR.test(line));
}
