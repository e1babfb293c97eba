import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setImmediate as otherEvents } from "node:timers/promises";

/** Interval between two reads of a file, in milliseconds. */
const POLL_MS = 200;

/** How much is handed on at once, in bytes: other events are handled between two pieces. */
const PIECE = 8 * 1024;

/** If a file grows faster than it can be read, all but its end is skipped, in bytes. */
const BACKLOG_LIMIT = 1024 * 1024;
const BACKLOG_KEPT = 256 * 1024;

/** Follows a file that another process writes. The file may appear later. */
export class FileFollower {
  private readonly buffer = Buffer.alloc(PIECE);
  private descriptor: number | undefined;
  private offset = 0;
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> = Promise.resolve();
  private busy = false;

  /** `performance.now()` of the last time that something was written. */
  lastActivity = performance.now();

  constructor(
    private readonly file: string,
    private readonly take: (bytes: Buffer) => void | Promise<void>,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      if (!this.busy) void this.poll();
    }, POLL_MS);
  }

  /** Reads what was written since the last time. */
  poll(): Promise<void> {
    this.reading = this.reading.then(() => this.read());
    return this.reading;
  }

  /** Reads the rest and ends. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.poll();
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private async read(): Promise<void> {
    this.busy = true;
    try {
      this.descriptor ??= openSync(this.file, "r");
    } catch {
      this.busy = false;
      return;
    }
    const { size } = fstatSync(this.descriptor);
    if (size - this.offset > BACKLOG_LIMIT) this.offset = size - BACKLOG_KEPT;
    while (this.offset < size) {
      const length = readSync(this.descriptor, this.buffer, 0, Math.min(PIECE, size - this.offset), this.offset);
      if (length === 0) break;
      this.offset += length;
      this.lastActivity = performance.now();
      await this.take(Buffer.from(this.buffer.subarray(0, length)));
      await otherEvents();
    }
    this.busy = false;
  }
}
