import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acquireLock } from "../../../setup/lock.js";

const lockModule = join(__dirname, "../../../setup/lock.js");
let folder: string;
let file: string;
let log: string;
const children: ChildProcess[] = [];

/** Another process that takes the lock, says so in the log, and does with it what `then` says. */
function other(name: string, then: string): ChildProcess {
  const script = `
    const { appendFileSync } = require("node:fs");
    const say = (text) => appendFileSync(${JSON.stringify(log)}, text + " ${name}\\n");
    require(${JSON.stringify(lockModule)}).acquireLock(${JSON.stringify(file)}).then((lock) => { say("has"); ${then} });
    setTimeout(() => {}, 20000);`;
  const child = spawn(process.execPath, ["-e", script]);
  children.push(child);
  return child;
}

async function said(text: string): Promise<void> {
  while (!existsSync(log) || !readFileSync(log, "utf8").includes(text)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  file = join(folder, "locks", "setup");
  log = join(folder, "log");
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

describe("the lock", () => {
  it("is held by one process at a time", async () => {
    const work = 'setTimeout(() => { say("gives"); lock.release(); process.exit(); }, 300);';
    await Promise.all(["a", "b", "c"].map((name) => once(other(name, work), "exit")));
    expect(readFileSync(log, "utf8")).toMatch(/^(has (.)\ngives \2\n){3}$/);
    expect(existsSync(file)).toBe(false);
  });

  it("tells who has to wait which process holds it", async () => {
    const holder = other("a", 'setTimeout(() => { say("gives"); lock.release(); }, 500);');
    await said("has a");
    const waitedFor: number[] = [];
    const lock = await acquireLock(file, (pid) => waitedFor.push(pid));
    appendFileSync(log, "has me\n");
    lock.release();
    expect(waitedFor).toEqual([holder.pid]);
    expect(readFileSync(log, "utf8")).toBe("has a\ngives a\nhas me\n");
  });

  it("is taken over from a process that was killed", async () => {
    const holder = other("a", "");
    await said("has a");
    holder.kill("SIGKILL");
    await once(holder, "exit");
    const lock = await acquireLock(file, () => {
      throw new Error("waited for a dead process");
    });
    lock.release();
  });

  it("is held on by a child that outlives its killed parent", async () => {
    const sleeper = spawn("sleep", ["20"]);
    children.push(sleeper);
    const holder = other("a", `lock.handTo(${sleeper.pid}); say("handed");`);
    await said("handed a");
    holder.kill("SIGKILL");
    await once(holder, "exit");
    const waitedFor: number[] = [];
    const lock = await acquireLock(file, (pid) => {
      waitedFor.push(pid);
      sleeper.kill("SIGKILL");
    });
    lock.release();
    expect(waitedFor).toEqual([sleeper.pid]);
  });
});
