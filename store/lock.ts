import { createHash, randomBytes } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../util/user-error";
import { makeFolder } from "./host-error";
import { identityOf, isAlive, type ProcessIdentity } from "../util/process-identity";

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
export function tryLock(
  path: string,
  owner: ProcessIdentity = ownIdentity(),
  id: LockHolder["id"] = newLockId(),
): Lock | LockHolder {
  const holder: LockHolder = { ...owner, id, since: new Date().toISOString() };
  makeFolder(dirname(path));
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

/** How a lock is waited for. */
export interface LockWait {
  /** Id of the holding. @default a new one */
  readonly id?: LockHolder["id"];
  /** Ends the waiting when it is aborted, with its reason. */
  readonly signal?: AbortSignal;
  /** How often it is tried, in milliseconds. @default 250 */
  readonly retryMs?: number;
  /** Called with who holds the lock, each time that it was not to be had. */
  readonly onWait?: (holder: LockHolder) => void;
}

/** Takes a lock, as soon as it is to be had. */
export async function takeLock(
  path: string,
  { id = newLockId(), signal, retryMs = 250, onWait }: LockWait = {},
): Promise<Lock> {
  for (; ; await sleep(retryMs)) {
    signal?.throwIfAborted();
    const result = tryLock(path, undefined, id);
    if (isLock(result)) return result;
    onWait?.(result);
  }
}

/** An id for one holding of a lock. */
export function newLockId(): LockHolder["id"] {
  return randomBytes(8).toString("hex");
}

/** Whether `tryLock` got the lock. */
export function isLock(result: Lock | LockHolder): result is Lock {
  return "release" in result;
}

/**
 * Who holds the lock at a path now; undefined where nobody does. A file that is no lock, such as an empty one after a
 * power failure, is that of a holder who is gone, so that it is taken over.
 */
export function readHolder(path: string): LockHolder | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new UserError(`the lock ${path} cannot be read (${code}): remove it, where no build is under way`, 1);
  }
  try {
    const { pid, started, boot, namespace, id, since } = JSON.parse(text) as LockHolder;
    if (Number.isInteger(pid) && /^[\w-]+$/.test(id)) return { pid, started, boot, namespace, id, since };
  } catch {
    // Not JSON: damaged.
  }
  const id = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return { pid: 0, started: "", boot: "", namespace: "", id, since: "" };
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
  try {
    writeFileSync(beside, text);
    linkSync(beside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(beside, { force: true });
  }
}
