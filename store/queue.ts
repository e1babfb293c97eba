import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { identityOf, isAlive, type ProcessIdentity } from "../util/process-identity";
import { takeLock } from "./lock";
import { removeStaleLocks } from "./stale-locks";
import { writeWhole } from "../util/whole-file";

/** One place in a queue: a file of its own, named by its number and something that no other ticket ever has. */
export interface Ticket {
  readonly file: string;
  readonly memoryMiB: number;
}

/** What may be under way at once. */
export interface Capacity {
  readonly builds: number;
  readonly memoryMiB: number;
}

interface TicketFile extends ProcessIdentity {
  readonly memoryMiB: number;
}

/** How often the short lock over the queue is tried, in milliseconds. */
const RETRY_MS = 20;

/**
 * A queue in a folder, first come, first served, shared by all processes of a host. Whoever stands so near its head that
 * all up to it fit the capacity may go; the first may go in any case. A ticket ends with its process.
 */
export class Queue {
  constructor(private readonly folder: string) {}

  /** Takes the next number. */
  async enter(memoryMiB: number): Promise<Ticket> {
    mkdirSync(this.folder, { recursive: true });
    removeStaleLocks(this.folder);
    const lock = await takeLock(join(this.folder, "lock"), { retryMs: RETRY_MS });
    try {
      const number = 1 + Math.max(0, ...this.names().map((name) => parseInt(name, 10)));
      const name = `${String(number).padStart(10, "0")}-${randomBytes(6).toString("hex")}.ticket`;
      writeWhole(join(this.folder, name), JSON.stringify({ ...identityOf(), memoryMiB }));
      return { file: join(this.folder, name), memoryMiB };
    } finally {
      lock.release();
    }
  }

  /** How many must leave before this ticket's turn; 0 where it is its turn. */
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
    rmSync(ticket.file, { force: true });
  }

  private names(): string[] {
    return existsSync(this.folder) ? readdirSync(this.folder).filter((name) => /^\d+-\w+\.ticket$/.test(name)) : [];
  }

  /** Tickets whose process lives, in order; those of dead ones, and damaged ones, are removed. */
  private living(): Ticket[] {
    return this.names()
      .sort()
      .flatMap((name) => {
        const file = join(this.folder, name);
        const content = readTicket(file);
        if (content === "gone") return [];
        if (content !== "damaged" && isAlive(content)) return [{ file, memoryMiB: content.memoryMiB }];
        rmSync(file, { force: true });
        return [];
      });
  }
}

/** A ticket appears whole; one that cannot be read was damaged, by a power failure for instance. */
function readTicket(file: string): TicketFile | "gone" | "damaged" {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as TicketFile;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "gone" : "damaged";
  }
}
