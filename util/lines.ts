import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { setImmediate as otherEvents } from "node:timers/promises";

/** A longer line is cut to so many characters. */
const LINE_LIMIT = 4096;

/** Makes lines of what comes in pieces, in bounded memory and linear time. */
export class LineSplitter {
  private readonly decoder = new StringDecoder("utf8");
  private rest = "";

  constructor(
    private readonly onLine: (line: string) => void,
    private readonly limit = LINE_LIMIT,
  ) {}

  write(bytes: Buffer): void {
    const text = this.decoder.write(bytes);
    let begin = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", begin)) {
      this.keep(text, begin, end);
      this.end();
      begin = end + 1;
    }
    this.keep(text, begin, text.length);
  }

  /** Ends the unfinished line, if there is one. */
  flush(): void {
    if (this.rest !== "") this.end();
  }

  private keep(text: string, begin: number, end: number): void {
    if (this.rest.length < this.limit)
      this.rest += text.slice(begin, Math.min(end, begin + this.limit - this.rest.length));
  }

  private end(): void {
    let length = this.rest.length;
    while (this.rest[length - 1] === "\r") length--;
    const line = this.rest.slice(0, length);
    this.rest = "";
    this.onLine(line);
  }
}

/** How much of a stream is worked on at once, in bytes: other events are handled between two pieces. */
const PIECE = 8 * 1024;

/**
 * Calls back for each line of a stream, the last unfinished one included, and ends after the last. Errors of the stream are
 * its owner's. A line that is longer than `limit` characters is cut.
 *
 * The stream is iterated over, not listened to: when a child exits, Node resumes its paused streams, and what a listener
 * still works on would be overtaken by the rest and by the end.
 */
export async function onLines(stream: Readable, onLine: (line: string) => void, limit?: number): Promise<void> {
  const splitter = new LineSplitter(onLine, limit);
  try {
    for await (const bytes of stream as AsyncIterable<Buffer>) {
      for (let begin = 0; begin < bytes.length; begin += PIECE) {
        splitter.write(bytes.subarray(begin, begin + PIECE));
        if (begin + PIECE < bytes.length) await otherEvents();
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
  splitter.flush();
}

/**
 * A line of text from elsewhere, fit for a terminal: without control characters (C0 but the tab, DEL, C1), and without
 * invisible ones, which can hide text or turn its direction (Unicode Standard Annex 9).
 */
export function printable(line: string): string {
  return line.replace(/(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "");
}
