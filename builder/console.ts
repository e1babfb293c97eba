import { closeSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/** Interval between two reads of a file, in milliseconds. */
const POLL_MS = 200;

/** Text-mode installers and boot loaders colour and place their text: ECMA-48 control sequences. */
const ESCAPE = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);
const SEQUENCE = new RegExp(`${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BELL}]*${BELL}|[()][A-Za-z0-9]|[=>78cDEHM])`, "g");

/** Follows a log file that something else writes, and gives its lines without control sequences. */
export class LogFollower {
  private readonly decoder = new StringDecoder("utf8");
  private readonly buffer = Buffer.alloc(64 * 1024);
  private descriptor: number | undefined;
  private offset = 0;
  private rest = "";
  private timer: NodeJS.Timeout | undefined;
  private lastLines: string[] = [];

  /** `performance.now()` of the last time that something was written. */
  lastActivity = performance.now();

  constructor(
    private readonly file: string,
    private readonly onLine: (line: string) => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.poll(), POLL_MS);
  }

  /** Reads the rest and ends. */
  stop(): void {
    clearInterval(this.timer);
    this.poll();
    if (this.rest !== "") this.take(this.rest);
    this.rest = "";
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  /** The last lines that were not empty, oldest first, the unfinished one included. */
  tail(count: number): string[] {
    const unfinished = clean(this.rest);
    return [...this.lastLines, ...(unfinished === "" ? [] : [unfinished])].slice(-count);
  }

  /** Reads what was written since the last time. */
  poll(): void {
    try {
      this.descriptor ??= openSync(this.file, "r");
    } catch {
      return;
    }
    for (;;) {
      const length = readSync(this.descriptor, this.buffer, 0, this.buffer.length, this.offset);
      if (length === 0) return;
      this.offset += length;
      this.lastActivity = performance.now();
      const lines = (this.rest + this.decoder.write(this.buffer.subarray(0, length))).split(/\r*\n/);
      this.rest = lines.pop() ?? "";
      lines.forEach((line) => this.take(line));
    }
  }

  private take(raw: string): void {
    const line = clean(raw);
    if (line === "") return;
    this.lastLines.push(line);
    if (this.lastLines.length > 200) this.lastLines = this.lastLines.slice(-100);
    this.onLine(line);
  }
}

/** A console line as a person would read it: a carriage return starts it anew. */
export function clean(raw: string): string {
  const text = Array.from(raw.replace(SEQUENCE, "")).filter(
    (character) => character >= " " || "\t\r".includes(character),
  );
  const parts = text.join("").split("\r");
  return (parts.findLast((part) => part.trim() !== "") ?? "").trimEnd();
}
