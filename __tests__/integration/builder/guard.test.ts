import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Guard } from "../../../builder/guard";
import { isLock, livingHolder, tryLock } from "../../../util/process-lock.js";
import { temporaryFolder } from "../../support/temporary";
import { stillRunning, processes, type TreeProcess } from "../../support/process-tree";

let folder: string;
let work: string;
let lockPath: string;
let group: ChildProcess;
let members: TreeProcess[];

beforeEach(async () => {
  folder = temporaryFolder("guard");
  work = join(folder, "work");
  lockPath = join(folder, "lock");
  mkdirSync(work);
  group = spawn("/bin/sh", ["-c", "sleep 300 & sleep 300"], { detached: true, stdio: "ignore" });
  await sleep(100);
  members = processes().filter(({ pid, parent }) => pid === group.pid || parent === group.pid);
});
afterEach(() => {
  for (const { pid } of stillRunning(members)) process.kill(pid, "SIGKILL");
});

/** A guard whose builder holds the lock. */
async function guardOfHeldLock(): Promise<Guard> {
  const guard = await Guard.start(lockPath);
  expect(isLock(tryLock(lockPath, guard.sign))).toBe(true);
  return guard;
}

function pidOf(guard: Guard): number {
  const found = processes().find(({ commandLine }) => commandLine.includes(guard.sign.path));
  if (found === undefined) throw new Error("the guard does not run");
  return found.pid;
}

/** What the guard sees of a killed builder: the end of its pipe. */
function dieAsABuilder(guard: Guard): void {
  guard.abandon();
}

test("when a builder dies, its process groups end, and its work folder, file and lock are removed", async () => {
  const guard = await guardOfHeldLock();
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

test("a process group that has ended is not killed again", async () => {
  const guard = await guardOfHeldLock();
  await guard.watchFolder(work);
  await guard.watch(group.pid ?? 0);
  await guard.forget(group.pid ?? 0);
  dieAsABuilder(guard);
  for (let tries = 0; tries < 100 && existsSync(work); tries++) await sleep(50);
  expect(stillRunning(members)).toHaveLength(3);
});

test("the lock stays held until the guard has cleaned up", async () => {
  const guard = await guardOfHeldLock();
  await guard.watchFolder(work);
  guard.sign.end();
  expect(livingHolder(lockPath)).toBeUndefined();
  const other = await Guard.start(lockPath);
  tryLock(lockPath, other.sign);
  process.kill(pidOf(other), "SIGSTOP");
  dieAsABuilder(other);
  closeSync(other.sign.fd);
  expect(livingHolder(lockPath)).toBeDefined();
  process.kill(pidOf(other), "SIGCONT");
  for (let tries = 0; tries < 100 && readdirSync(folder).length > 1; tries++) await sleep(50);
  expect(readdirSync(folder)).toEqual(["work"]);
  guard.dismiss();
});

test("a lock that another process has taken since then is kept", async () => {
  const guard = await guardOfHeldLock();
  await guard.watchFolder(work);
  rmSync(lockPath);
  tryLock(lockPath);
  dieAsABuilder(guard);
  for (let tries = 0; tries < 100 && existsSync(work); tries++) await sleep(50);
  expect(livingHolder(lockPath)).toBeDefined();
});

test("a dead builder's claim on a lock is removed, another builder's is kept", async () => {
  const guard = await Guard.start(lockPath);
  symlinkSync(basename(guard.sign.path), `${lockPath}.0123456789abcdef`);
  symlinkSync("lock.1-00.alive", `${lockPath}.fedcba9876543210`);
  dieAsABuilder(guard);
  for (let tries = 0; tries < 100 && existsSync(guard.sign.path); tries++) await sleep(50);
  expect(readdirSync(folder).sort()).toEqual(["lock.fedcba9876543210", "work"]);
});

test("a half-made work folder is removed when its builder dies", async () => {
  const guard = await guardOfHeldLock();
  await guard.watchFolder(join(folder, "half"));
  mkdirSync(join(folder, "half.new"));
  dieAsABuilder(guard);
  for (let tries = 0; tries < 100 && existsSync(guard.sign.path); tries++) await sleep(50);
  expect(readdirSync(folder)).toEqual(["work"]);
});

test("a dismissed guard touches nothing", async () => {
  const guard = await guardOfHeldLock();
  await guard.watchFolder(work);
  await guard.watch(group.pid ?? 0);
  guard.dismiss();
  await sleep(300);
  expect(existsSync(work)).toBe(true);
  expect(stillRunning(members)).toHaveLength(3);
});
