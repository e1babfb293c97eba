import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isAlive, makeLifeSign, removeStaleLocks, takeLock } from "../util/process-lock.js";

/** One place in a queue: a life sign of its process, named by number, memory, and something that no other ticket ever has. */
export interface Ticket {
  readonly file: string;
  readonly memoryMiB: number;
}

/** What may be under way at once. */
export interface Capacity {
  readonly builds: number;
  readonly memoryMiB: number;
}

/** How often the short lock over the queue is tried, in milliseconds. */
const RETRY_MS = 20;

const NAME = /^(\d{10})-(\d+)-\w+\.ticket$/;

/**
 * A queue in a folder, first come, first served, shared by all processes of a host. Whoever stands so near its head that
 * all up to it fit the capacity may go; the first may go in any case. A ticket ends with its process.
 */
export class Queue {
  private readonly signs = new Map<string, () => void>();

  constructor(private readonly folder: string) {}

  /** Takes the next number. */
  async enter(memoryMiB: number): Promise<Ticket> {
    mkdirSync(this.folder, { recursive: true });
    removeStaleLocks(this.folder);
    const lock = await takeLock(join(this.folder, "lock"), { retryMs: RETRY_MS });
    try {
      const number = 1 + Math.max(0, ...this.names().map((name) => parseInt(name, 10)));
      const digits = String(number).padStart(10, "0");
      const file = join(this.folder, `${digits}-${memoryMiB}-${randomBytes(6).toString("hex")}.ticket`);
      this.signs.set(file, makeLifeSign(file).end);
      return { file, memoryMiB };
    } finally {
      lock.release();
    }
  }

  /** How many must leave before this ticket's turn; 0 if it is its turn. */
  ahead(ticket: Ticket, capacity: Capacity): number {
    const before = this.living().filter(({ file }) => file < ticket.file);
    let [builds, memoryMiB] = [1, ticket.memoryMiB];
    let fit = 0;
    for (const other of before) {
      builds++;
      memoryMiB += other.memoryMiB;
      if (builds <= capacity.builds && memoryMiB <= capacity.memoryMiB) fit++;
    }
    return before.length - fit;
  }

  /** Gives the place back. */
  leave(ticket: Ticket): void {
    this.signs.get(ticket.file)?.();
    this.signs.delete(ticket.file);
  }

  private names(): string[] {
    return existsSync(this.folder) ? readdirSync(this.folder).filter((name) => NAME.test(name)) : [];
  }

  /** Tickets whose process lives, in order; those of processes that are gone are removed. */
  private living(): Ticket[] {
    return this.names()
      .sort()
      .flatMap((name) => {
        const file = join(this.folder, name);
        if (isAlive(file)) return [{ file, memoryMiB: Number(NAME.exec(name)?.[2]) }];
        rmSync(file, { force: true });
        return [];
      });
  }
}
