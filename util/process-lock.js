"use strict";

/**
 * Locks between the processes of a host, whose release the kernel guarantees.
 *
 * A process shows that it lives by a *life sign*: a FIFO that it has open for reading. Opening a FIFO for writing without
 * waiting fails with ENXIO if nobody has it open for reading (https://man7.org/linux/man-pages/man7/fifo.7.html; POSIX
 * open()). So anybody can ask at any time, whatever killed the process, and from a container with process numbers of its
 * own too. A lock is a link to its holder's life sign.
 *
 * Plain JavaScript without dependencies, because the step that installs node's packages needs it too.
 */

const { spawnSync } = require("node:child_process");
const { randomBytes } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

/** What the name of a life sign that was made for a lock ends with. */
const SIGN_SUFFIX = ".alive";

/**
 * Shows others that this process lives.
 *
 * @typedef {object} LifeSign
 * @property {string} path of the FIFO
 * @property {number} fd a child that gets it as one of its stdio keeps the sign up until it has ended too
 * @property {() => void} end takes the sign away; a second call does nothing
 */

/**
 * Who holds a lock. `pid` is for a reader: it may be one of another container's. `id` is of this one holding and of no other.
 *
 * @typedef {{ readonly pid: number, readonly id: string, readonly since: string }} LockHolder
 */

/**
 * A lock that is held, until `release`.
 *
 * @typedef {{ readonly id: string, readonly sign: LifeSign, readonly release: () => void }} ProcessLock
 */

/**
 * @typedef {object} LockWait
 * @property {LifeSign} [sign] stays up when the lock is released (default: one of its own)
 * @property {AbortSignal} [signal] ends the waiting when it is aborted, with its reason
 * @property {number} [retryMs] how often the lock is tried, in milliseconds (default: 250)
 * @property {(holder: LockHolder) => void} [onWait] called when the lock is held by another, and again each `remindMs`
 * @property {number} [remindMs] in milliseconds (default: never)
 */

/**
 * Puts up a life sign. It has its name only once it is up.
 *
 * @param {string} file
 * @returns {LifeSign}
 */
function makeLifeSign(file) {
  const beside = `${file}.new`;
  makeFifo(beside);
  try {
    const fd = fs.openSync(beside, O_RDONLY | O_NONBLOCK);
    fs.renameSync(beside, file);
    let up = true;
    const end = () => {
      if (!up) return;
      up = false;
      fs.rmSync(file, { force: true });
      fs.closeSync(fd);
    };
    return { path: file, fd, end };
  } catch (error) {
    fs.rmSync(beside, { force: true });
    throw error;
  }
}

/**
 * Whether the process behind a life sign, or behind a link to one, lives. What cannot be found out counts as alive.
 *
 * @param {string} file
 */
function isAlive(file) {
  try {
    const fd = fs.openSync(file, O_WRONLY | O_NONBLOCK);
    const isFifo = fs.fstatSync(fd).isFIFO();
    fs.closeSync(fd);
    return isFifo;
  } catch (error) {
    return !["ENXIO", "ENOENT", "EISDIR"].includes(codeOf(error));
  }
}

/**
 * Where a life sign lies that this process is going to take a lock with.
 *
 * @param {string} lock
 */
function signPath(lock) {
  return `${lock}.${process.pid}-${randomBytes(8).toString("hex")}${SIGN_SUFFIX}`;
}

/**
 * Takes a lock, or says who has it. The link appears in one step. A lock whose holder is gone is taken over.
 *
 * Taking over must not remove a lock that a third process has just taken. So only who holds a second lock, named for
 * that one dead holding, may remove it, and looks once more before.
 *
 * @param {string} lock its path; the folder is made
 * @param {LifeSign} [given] stays up when the lock is released (default: one of its own)
 * @returns {ProcessLock | LockHolder}
 */
function tryLock(lock, given) {
  fs.mkdirSync(path.dirname(lock), { recursive: true });
  const held = livingHolder(lock);
  if (held !== undefined) return held;
  const sign = given ?? makeLifeSign(signPath(lock));
  let result;
  try {
    result = takeWith(sign, lock);
  } finally {
    if (!given && (result === undefined || !isLock(result))) sign.end();
  }
  if (!isLock(result) || given) return result;
  const { release } = result;
  return {
    ...result,
    release: () => {
      release();
      sign.end();
    },
  };
}

/**
 * @param {LifeSign} sign
 * @param {string} lock
 * @returns {ProcessLock | LockHolder}
 */
function takeWith(sign, lock) {
  const target = path.relative(path.dirname(lock), sign.path);
  for (;;) {
    try {
      fs.symlinkSync(target, lock);
      const release = () => {
        if (targetOf(lock) === target) fs.rmSync(lock, { force: true });
      };
      return { id: idOf(target), sign, release };
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    const other = readHolder(lock);
    if (other === undefined) continue;
    if (isAlive(lock)) return other;
    const right = takeWith(sign, `${lock}.${other.id}`);
    if (!isLock(right)) return other;
    if (readHolder(lock)?.id === other.id && !isAlive(lock)) fs.rmSync(lock, { force: true });
    right.release();
  }
}

/**
 * Takes a lock as soon as it is free.
 *
 * @param {string} lock
 * @param {LockWait} [wait]
 * @returns {Promise<ProcessLock>}
 */
async function takeLock(lock, { sign, signal, retryMs = 250, onWait, remindMs = Infinity } = {}) {
  let reminded = -Infinity;
  for (;;) {
    signal?.throwIfAborted();
    const result = tryLock(lock, sign);
    if (isLock(result)) return result;
    if (performance.now() - reminded >= remindMs || reminded === -Infinity) {
      reminded = performance.now();
      onWait?.(result);
    }
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

/**
 * Whether `tryLock` got the lock.
 *
 * @param {ProcessLock | LockHolder} result
 * @returns {result is ProcessLock}
 */
function isLock(result) {
  return "release" in result;
}

/**
 * Who holds a lock now; undefined if nobody does, or the holder is gone.
 *
 * @param {string} lock
 * @returns {LockHolder | undefined}
 */
function livingHolder(lock) {
  const holder = readHolder(lock);
  return holder !== undefined && isAlive(lock) ? holder : undefined;
}

/**
 * Removes from a folder of locks what processes that are gone have left there. Nothing waits for these, but they would
 * stay for ever. A lock goes by being taken over, as only who holds it may remove it.
 *
 * @param {string} folder
 * @param {number} [now]
 */
function removeStaleLocks(folder, now = Date.now()) {
  if (!fs.existsSync(folder)) return;
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name);
    const stat = fs.lstatSync(file, { throwIfNoEntry: false });
    if (stat === undefined || isAlive(file)) continue;
    if (name.endsWith(".new")) {
      if (Math.abs(now - stat.mtimeMs) > 60_000) fs.rmSync(file, { force: true });
    } else if (name.endsWith(SIGN_SUFFIX)) {
      fs.rmSync(file, { force: true });
    } else if (stat.isSymbolicLink()) {
      const lock = tryLock(file);
      if (isLock(lock)) lock.release();
    }
  }
}

/**
 * The holder by a lock's link, dead or alive. What is no link of ours is a lock whose holder is gone.
 *
 * @param {string} lock
 * @returns {LockHolder | undefined}
 */
function readHolder(lock) {
  const target = targetOf(lock);
  const since = fs.lstatSync(lock, { throwIfNoEntry: false })?.mtime.toISOString();
  if (target === undefined || since === undefined) return undefined;
  return { pid: Number(/\.(\d+)-[0-9a-f]+\.alive$/.exec(target)?.[1] ?? 0), id: idOf(target), since };
}

/**
 * @param {string} lock
 * @returns {string | undefined} undefined if there is no lock
 */
function targetOf(lock) {
  try {
    return fs.readlinkSync(lock);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    if (codeOf(error) === "EINVAL") return "";
    throw error;
  }
}

/** @param {string} target */
function idOf(target) {
  return /-([0-9a-f]+)\.alive$/.exec(target)?.[1] ?? "damaged";
}

/**
 * Node has no call of its own for it. A file is tried if that fails: it tells the file system's reason.
 *
 * @param {string} file
 */
function makeFifo(file) {
  const { status, error, stderr } = spawnSync("mkfifo", ["-m", "666", file], { encoding: "utf8" });
  if (status === 0) return;
  if (error === undefined) {
    fs.writeFileSync(file, "", { flag: "wx" });
    fs.rmSync(file);
  }
  throw new Error(`mkfifo ${file} failed: ${error?.message ?? stderr.trim()}`);
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code ?? "";
}

module.exports = { isAlive, isLock, livingHolder, makeLifeSign, removeStaleLocks, signPath, takeLock, tryLock };
