import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identityOf, isAlive, type ProcessIdentity } from "../../../util/process-identity";
import { isLock, readHolder, tryLock, type Lock } from "../../../store/lock";
import { removeStaleLocks } from "../../../store/stale-locks";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-test-"));
  path = join(folder, "locks", "demo");
});
afterEach(() => rmSync(folder, { recursive: true }));

function taken(): Lock {
  const result = tryLock(path);
  if (!isLock(result)) throw new Error("the lock was not to be had");
  return result;
}

function self(): ProcessIdentity {
  return identityOf() as ProcessIdentity;
}

test("a lock is held by one at a time and can be taken again once it is released", () => {
  const lock = taken();
  expect(tryLock(path)).toEqual(lock.holder);
  lock.release();
  expect(isLock(tryLock(path))).toBe(true);
});

test("the lock of a process that is gone is taken over, and leaves no other file", async () => {
  const child = spawn("sleep", ["60"]);
  const owner = identityOf(child.pid);
  tryLock(path, owner);
  child.kill("SIGKILL");
  await new Promise((resolve) => child.on("exit", resolve));
  const lock = taken();
  expect(readHolder(path)?.id).toBe(lock.holder.id);
  expect(readdirSync(join(folder, "locks"))).toEqual(["demo"]);
});

test("a number that another process has got meanwhile does not keep a lock alive", () => {
  tryLock(path, { ...self(), started: "1" });
  expect(isLock(tryLock(path))).toBe(true);
});

test("a lock from before the host's last start is taken over", () => {
  tryLock(path, { ...self(), boot: "another boot" });
  expect(isLock(tryLock(path))).toBe(true);
});

test("a process of another pid namespace counts as alive", () => {
  expect(isAlive({ ...self(), pid: 999_999_999, namespace: "pid:[1]" })).toBe(true);
});

test("a dead process's lock is left alone while another living one is taking it over", () => {
  const dead = { ...self(), started: "1" };
  const holder = tryLock(path, dead);
  const id = isLock(holder) ? holder.holder.id : "";
  const right = tryLock(`${path}.${id}`);
  expect(tryLock(path)).toMatchObject({ id });
  if (isLock(right)) right.release();
  expect(isLock(tryLock(path))).toBe(true);
});

test("a right to take over whose holder died is taken over too", () => {
  const dead = { ...self(), started: "1" };
  const holder = tryLock(path, dead);
  tryLock(`${path}.${isLock(holder) ? holder.holder.id : ""}`, dead);
  expect(isLock(tryLock(path))).toBe(true);
});

test.each([
  ["an empty file", ""],
  ["half of one", '{"pid":1,"sta'],
  ["another JSON", "[]"],
  ["one without a number", '{"id":"0123456789abcdef"}'],
])("a damaged lock, %s as a power failure leaves it, is taken over", (_, text) => {
  mkdirSync(join(folder, "locks"));
  writeFileSync(path, text);
  expect(readHolder(path)).toMatchObject({ pid: 0 });
  taken().release();
  expect(readdirSync(join(folder, "locks"))).toEqual([]);
});

test("a lock that cannot be read is told with what to do", () => {
  mkdirSync(path, { recursive: true });
  expect(() => tryLock(path)).toThrow(/the lock .*demo cannot be read \(EISDIR\): remove it, where no build/);
});

test("what processes that are gone left beside a lock goes, and what is a living one's stays", () => {
  const dead = { ...self(), started: "1" };
  const mine = taken();
  const others = ["locks/other", "locks/other.0123456789abcdef", "locks/half"].map((name) => join(folder, name));
  for (const file of others) tryLock(file, dead);
  writeFileSync(join(folder, "locks", "demo.1-aaaaaaaa.new"), JSON.stringify(dead));
  writeFileSync(join(folder, "locks", "demo.2-aaaaaaaa.new"), JSON.stringify(self()));
  writeFileSync(join(folder, "locks", "demo.3-aaaaaaaa.new"), "");
  removeStaleLocks(join(folder, "locks"));
  expect(readdirSync(join(folder, "locks")).sort()).toEqual(["demo", "demo.2-aaaaaaaa.new", "demo.3-aaaaaaaa.new"]);
  expect(readHolder(path)?.id).toBe(mine.holder.id);
  removeStaleLocks(join(folder, "locks"), Date.now() + 61_000);
  expect(readdirSync(join(folder, "locks"))).toHaveLength(2);
});

test("releasing a lock that somebody else has taken over does not release theirs", () => {
  const lock = taken();
  writeFileSync(path, JSON.stringify({ ...lock.holder, id: "theirs" }));
  lock.release();
  expect(readHolder(path)?.id).toBe("theirs");
});
