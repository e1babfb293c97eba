import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  isAlive,
  isLock,
  livingHolder,
  makeLifeSign,
  removeStaleLocks,
  signPath,
  takeLock,
  tryLock,
  type ProcessLock,
} from "../../../util/process-lock.js";
import { temporaryFolder } from "../../support/temporary";

const MODULE = join(__dirname, "../../../util/process-lock.js");
const children: ChildProcess[] = [];
let folder: string;
let path: string;
let log: string;

beforeEach(() => {
  const root = temporaryFolder("lock");
  folder = join(root, "locks");
  path = join(folder, "demo");
  log = join(root, "log");
  mkdirSync(folder);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Another process that takes the lock, says so in the log, and does with it what `then` says. */
function other(name: string, then = "", before: readonly string[] = []): ChildProcess {
  const script = `
    const { appendFileSync } = require("node:fs");
    const say = (text) => appendFileSync(${JSON.stringify(log)}, text + " ${name}\\n");
    require(${JSON.stringify(MODULE)}).takeLock(${JSON.stringify(path)}).then((lock) => { say("has"); ${then} });
    setTimeout(() => {}, 20000);`;
  const [command = "", ...words] = [...before, process.execPath, "-e", script];
  const child = spawn(command, words, { stdio: "ignore" });
  children.push(child);
  return child;
}

async function said(text: string): Promise<void> {
  while (!existsSync(log) || !readFileSync(log, "utf8").includes(text)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** A lock as a process left it that was killed, with its life sign or without. */
async function deadLock(): Promise<void> {
  const holder = other("dead");
  await said("has dead");
  await kill(holder);
}

function taken(): ProcessLock {
  const result = tryLock(path);
  if (!isLock(result)) throw new Error("the lock was not to be had");
  return result;
}

describe("a lock", () => {
  it("is held by one at a time and can be taken again once it is released, with nothing left", () => {
    const lock = taken();
    expect(tryLock(path)).toMatchObject({ pid: process.pid, id: lock.id });
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    taken().release();
  });

  it("is held by one process at a time", async () => {
    const work = 'setTimeout(() => { say("gives"); lock.release(); process.exit(); }, 300);';
    await Promise.all(["a", "b", "c"].map((name) => once(other(name, work), "exit")));
    expect(readFileSync(log, "utf8")).toMatch(/^(has (.)\ngives \2\n){3}$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is taken over by one of many when its holder was killed", async () => {
    await deadLock();
    const work = 'setTimeout(() => { say("gives"); lock.release(); process.exit(); }, 100);';
    await Promise.all(["a", "b", "c", "d"].map((name) => once(other(name, work), "exit")));
    expect(readFileSync(log, "utf8")).toMatch(/^has dead\n(has (.)\ngives \2\n){4}$/);
  });

  it("tells a waiting process which process holds it", async () => {
    const holder = other("a", 'setTimeout(() => { say("gives"); lock.release(); }, 700);');
    await said("has a");
    const waitedFor: number[] = [];
    const lock = await takeLock(path, { retryMs: 50, remindMs: 300, onWait: ({ pid }) => waitedFor.push(pid) });
    appendFileSync(log, "has me\n");
    lock.release();
    expect(new Set(waitedFor)).toEqual(new Set([holder.pid]));
    expect(waitedFor.length).toBeGreaterThan(1);
    expect(waitedFor.length).toBeLessThan(5);
    expect(readFileSync(log, "utf8")).toBe("has a\ngives a\nhas me\n");
  });

  it("stops waiting when the signal is aborted", async () => {
    taken();
    const controller = new AbortController();
    const waiting = takeLock(path, { signal: controller.signal, retryMs: 20 });
    controller.abort(new Error("interrupted"));
    await expect(waiting).rejects.toThrow("interrupted");
  });

  it("is taken over from a process that was killed", async () => {
    await deadLock();
    expect(livingHolder(path)).toBeUndefined();
    const lock = taken();
    expect(livingHolder(path)?.id).toBe(lock.id);
  });

  it("stays held by a child that has its life sign when the parent is killed", async () => {
    const child = `require("node:child_process").spawn("sleep", ["20"], { stdio: [0, 1, 2, lock.sign.fd] });`;
    const holder = other("a", `const sleeper = ${child} say("child " + sleeper.pid);`);
    await said("child");
    await kill(holder);
    expect(livingHolder(path)?.pid).toBe(holder.pid);
    process.kill(Number(/child (\d+)/.exec(readFileSync(log, "utf8"))?.[1]), "SIGKILL");
    const lock = await takeLock(path, { retryMs: 20 });
    lock.release();
  });

  it("is left alone while another living process is taking it over, and taken over if that one dies too", async () => {
    await deadLock();
    const dead = readdirSync(folder).find((name) => name.endsWith(".alive")) ?? "";
    const right = tryLock(`${path}.${/-([0-9a-f]+)\.alive$/.exec(dead)?.[1]}`);
    expect(isLock(tryLock(path))).toBe(false);
    if (isLock(right)) right.release();
    symlinkSync("demo.1-00.alive", `${path}.${/-([0-9a-f]+)\.alive$/.exec(dead)?.[1]}`);
    taken().release();
  });

  it.each([
    ["a file", () => writeFileSync(path, "")],
    ["a link to nothing", () => symlinkSync("gone", path)],
    ["a link to a file", () => symlinkSync("../log", path)],
  ])("is taken over if it is %s, which shows no life", (_, damage) => {
    writeFileSync(log, "");
    damage();
    expect(livingHolder(path)).toBeUndefined();
    taken().release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is not released by a process that has lost it", () => {
    const lock = taken();
    spawnSync("rm", [path]);
    const theirs = tryLock(path);
    lock.release();
    expect(isLock(theirs) && existsSync(path)).toBe(true);
  });
});

const unshare = ["unshare", "--pid", "--fork", "--kill-child"];
const mayUnshare = spawnSync("unshare", ["--pid", "--fork", "true"]).status === 0;
const inContainer = mayUnshare ? describe : describe.skip;
inContainer(`a lock of a container${mayUnshare ? "" : " (skipped: this user may make no pid namespace)"}`, () => {
  it("is held while its holder lives, and free as soon as the container is killed", async () => {
    const container = other("a", "", unshare);
    await said("has a");
    expect(livingHolder(path)?.pid).toBe(1);
    expect(isLock(tryLock(path))).toBe(false);
    await kill(container);
    await takeLock(path, { retryMs: 20 });
  });
});

describe("what processes that are gone left beside a lock", () => {
  it("goes, and what is a living one's stays", async () => {
    await deadLock();
    const mine = makeLifeSign(signPath(join(folder, "mine")));
    symlinkSync("gone.1-00.alive", join(folder, "other"));
    symlinkSync("gone.1-00.alive", join(folder, "other.0123456789abcdef"));
    spawnSync("mkfifo", [join(folder, "half.1-00.alive.new")]);
    removeStaleLocks(folder);
    expect(readdirSync(folder).sort()).toEqual(["half.1-00.alive.new", mine.path.slice(dirname(path).length + 1)]);
    removeStaleLocks(folder, Date.now() + 61_000);
    expect(readdirSync(folder)).toHaveLength(1);
    mine.end();
  });
});

describe("a life sign", () => {
  it("shows life until it ends, and a second end does nothing", () => {
    const sign = makeLifeSign(join(folder, "sign"));
    expect(isAlive(sign.path)).toBe(true);
    sign.end();
    sign.end();
    expect(isAlive(sign.path)).toBe(false);
  });

  it("fails with the file system's reason when it cannot be made", () => {
    expect(() => makeLifeSign(join(folder, "none", "sign"))).toThrow(/^ENOENT/);
  });
});
