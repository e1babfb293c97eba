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
  const guard = await Guard.start(lockPath, lock.holder.id);
  await guard.watchFolder(work);
  const ticket = join(folder, "ticket");
  writeFileSync(ticket, "");
  await guard.remember(ticket);
  await guard.watch(group.pid ?? 0);
  expect(stillRunning(members)).toHaveLength(3);
  dieAsABuilder(guard);
  for (let tries = 0; tries < 100 && readdirSync(folder).length > 0; tries++) await sleep(50);
  expect(stillRunning(members)).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test("a group that has ended is left alone, as its number may be another's by now", async () => {
  const guard = await Guard.start(lockPath, lock.holder.id);
  await guard.watchFolder(work);
  await guard.watch(group.pid ?? 0);
  await guard.forget(group.pid ?? 0);
  dieAsABuilder(guard);
  for (let tries = 0; tries < 100 && existsSync(work); tries++) await sleep(50);
  expect(stillRunning(members)).toHaveLength(3);
});

test("a lock that somebody else has taken meanwhile stays", async () => {
  const guard = await Guard.start(lockPath, lock.holder.id);
  await guard.watchFolder(work);
  lock.release();
  const other = tryLock(lockPath);
  dieAsABuilder(guard);
  for (let tries = 0; tries < 100 && existsSync(work); tries++) await sleep(50);
  expect(isLock(other) && existsSync(lockPath)).toBe(true);
});

test("a lock that its builder was still waiting for, or had half made, goes too; another's half-made one stays", async () => {
  lock.release();
  const guard = await Guard.start(lockPath, "0123456789abcdef");
  tryLock(lockPath, undefined, "0123456789abcdef");
  writeFileSync(`${lockPath}.${process.pid}-aaaaaaaa.new`, "");
  writeFileSync(`${lockPath}.1-aaaaaaaa.new`, "");
  dieAsABuilder(guard);
  for (let tries = 0; tries < 100 && existsSync(lockPath); tries++) await sleep(50);
  await sleep(100);
  expect(readdirSync(folder).sort()).toEqual(["lock.1-aaaaaaaa.new", "work"]);
});

test("a work folder that is only half made goes with its builder", async () => {
  const guard = await Guard.start(lockPath, lock.holder.id);
  await guard.watchFolder(join(folder, "half"));
  mkdirSync(join(folder, "half.new"));
  dieAsABuilder(guard);
  for (let tries = 0; tries < 100 && existsSync(lockPath); tries++) await sleep(50);
  expect(readdirSync(folder)).toEqual(["work"]);
});

test("a dismissed guard touches nothing", async () => {
  const guard = await Guard.start(lockPath, lock.holder.id);
  await guard.watchFolder(work);
  await guard.watch(group.pid ?? 0);
  guard.dismiss();
  await sleep(300);
  expect(existsSync(work)).toBe(true);
  expect(stillRunning(members)).toHaveLength(3);
});
