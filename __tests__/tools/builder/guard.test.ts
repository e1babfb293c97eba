import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Guard } from "../../../builder/guard";
import { isLock, tryLock, type Lock } from "../../../store/lock";
import { stillRunning, processes, type TreeProcess } from "../../support/process-tree";

let folder: string;
let work: string;
let lockPath: string;
let lock: Lock;
let group: ChildProcess;
let members: TreeProcess[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "guard-test-"));
  work = join(folder, "work");
  lockPath = join(folder, "lock");
  mkdirSync(work);
  const result = tryLock(lockPath);
  if (!isLock(result)) throw new Error("the lock was not to be had");
  lock = result;
  group = spawn("/bin/sh", ["-c", "sleep 300 & sleep 300"], { detached: true, stdio: "ignore" });
  await sleep(100);
  members = processes().filter(({ pid, parent }) => pid === group.pid || parent === group.pid);
});
afterEach(() => {
  for (const { pid } of stillRunning(members)) process.kill(pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** What the guard sees of a killed builder: the end of its pipe. */
function dieAsABuilder(guard: Guard): void {
  guard.abandon();
}

test("a builder's death ends the groups it started, every process of them, and takes work folder, file and lock along", async () => {
  const guard = Guard.start(work, lockPath, lock.holder);
  const ticket = join(folder, "ticket");
  writeFileSync(ticket, "");
  await guard.remember(ticket);
  await guard.watch(group.pid ?? 0);
  expect(stillRunning(members)).toHaveLength(3);
  dieAsABuilder(guard);
  for (let tries = 0; tries < 100 && existsSync(work); tries++) await sleep(50);
  expect(stillRunning(members)).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test("a group that has ended is left alone, as its number may be another's by now", async () => {
  const guard = Guard.start(work, lockPath, lock.holder);
  await guard.watch(group.pid ?? 0);
  await guard.forget(group.pid ?? 0);
  dieAsABuilder(guard);
  for (let tries = 0; tries < 100 && existsSync(work); tries++) await sleep(50);
  expect(stillRunning(members)).toHaveLength(3);
});

test("a lock that somebody else has taken meanwhile stays", async () => {
  const guard = Guard.start(work, lockPath, lock.holder);
  lock.release();
  const other = tryLock(lockPath);
  dieAsABuilder(guard);
  for (let tries = 0; tries < 100 && existsSync(work); tries++) await sleep(50);
  expect(isLock(other) && existsSync(lockPath)).toBe(true);
});

test("a dismissed guard touches nothing", async () => {
  const guard = Guard.start(work, lockPath, lock.holder);
  await guard.watch(group.pid ?? 0);
  guard.dismiss();
  await sleep(300);
  expect(existsSync(work)).toBe(true);
  expect(stillRunning(members)).toHaveLength(3);
});
