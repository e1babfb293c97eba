import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { cacheDir } from "./cache";

/** Facts that take long to find out, kept in a file of the cache, by key. Losing it costs time alone. */
export class Remembered<Fact> {
  constructor(private readonly file: string) {}

  get(key: string): Fact | undefined {
    return this.read()[key];
  }

  /** Keeps a fact, and the `limit` latest of the others. */
  set(key: string, fact: Fact, limit = 100): void {
    const others = Object.entries(this.read()).filter(([other]) => other !== key);
    const facts = Object.fromEntries([...others.slice(-limit), [key, fact]]);
    mkdirSync(cacheDir(), { recursive: true });
    const beside = join(cacheDir(), `.${this.file}-${randomBytes(4).toString("hex")}`);
    writeFileSync(beside, JSON.stringify(facts, null, 2));
    renameSync(beside, join(cacheDir(), this.file));
  }

  private read(): Record<string, Fact> {
    try {
      return JSON.parse(readFileSync(join(cacheDir(), this.file), "utf8")) as Record<string, Fact>;
    } catch {
      return {};
    }
  }
}
