import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { readJson } from "./json-file";
import { writeWhole } from "./whole-file";

/** How many facts a file keeps: the latest ones. */
const LIMIT = 100;

/** Facts that take long to find out, by key, in a file. Losing them costs time alone, and so does not being able to write. */
export class Memo<Fact> {
  constructor(private readonly file: string) {}

  get(key: string): Fact | undefined {
    return this.read()[key];
  }

  set(key: string, fact: Fact): void {
    const others = Object.entries(this.read()).filter(([other]) => other !== key);
    const facts = Object.fromEntries([...others.slice(1 - LIMIT), [key, fact]]);
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      writeWhole(this.file, JSON.stringify(facts, null, 2));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }

  private read(): Record<string, Fact> {
    const facts = readJson(this.file);
    return typeof facts === "object" && facts !== null ? (facts as Record<string, Fact>) : {};
  }
}
