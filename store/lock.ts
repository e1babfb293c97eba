import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { identityOf, isAlive, type ProcessIdentity } from "./identity";

/** Who holds a lock. `id` is of this one holding and of no other. */
export interface LockHolder extends ProcessIdentity {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** A lock that is held, until `release`. */
export interface Lock {
  readonly holder: LockHolder;
  release(): void;
}

/**
 * Takes the lock at a path, or tells who has it. The lock is a file that appears whole or not at all (`link`), and
 * belongs to a process; where that process is gone, it is taken over.
 *
 * Taking over must not remove a lock that a third process has just taken. So only who holds a second lock, named for
 * that one dead holding, may remove its file, and looks once more before it does.
 */
export function tryLock(path: string, owner: ProcessIdentity = ownIdentity()): Lock | LockHolder {
  const holder: LockHolder = { ...owner, id: randomBytes(8).toString("hex"), since: new Date().toISOString() };
  mkdirSync(dirname(path), { recursive: true });
  for (;;) {
    if (appear(path, JSON.stringify(holder))) return { holder, release: () => release(path, holder) };
    const other = readHolder(path);
    if (other === undefined) continue;
    if (isAlive(other)) return other;
    const right = tryLock(`${path}.${other.id}`, owner);
    if (!isLock(right)) return other;
    if (readHolder(path)?.id === other.id) rmSync(path, { force: true });
    right.release();
  }
}

/** Whether `tryLock` got the lock. */
export function isLock(result: Lock | LockHolder): result is Lock {
  return "release" in result;
}

/** Who holds the lock at a path now; undefined where nobody does. */
export function readHolder(path: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as LockHolder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function ownIdentity(): ProcessIdentity {
  const identity = identityOf();
  if (identity === undefined) throw new Error("this process cannot be found in the system's process table");
  return identity;
}

function release(path: string, holder: LockHolder): void {
  if (readHolder(path)?.id === holder.id) rmSync(path, { force: true });
}

/** Creates a file with its content in one step; false where one is there already. */
function appear(path: string, text: string): boolean {
  const beside = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.new`;
  writeFileSync(beside, text);
  try {
    linkSync(beside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(beside, { force: true });
  }
}
