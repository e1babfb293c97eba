"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { hostname } = require("node:os");

/**
 * Takes a lock that one process of this user holds at a time, and waits for it. A lock whose holder has died is taken
 * over. Plain JavaScript, because the step that installs node's packages needs it too.
 *
 * @param {string} file the lock; its folder is made
 * @param {(holder: number) => void} [onWait] called once when it has to wait, with the holder's process id
 * @returns {Promise<{ release: () => void, handTo: (pid: number) => void }>} `release` gives it back; `handTo` makes
 * a child its holder, so that the lock is held until that one has ended too, even when this process is killed
 */
async function acquireLock(file, onWait = () => {}) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  let told = false;
  for (;;) {
    if (tryLock(file)) return { release: () => fs.rmSync(file, { force: true }), handTo: (pid) => handTo(file, pid) };
    const held = readHolder(file);
    if (held && !isAlive(held.holder)) {
      takeAway(file, held.text);
      continue;
    }
    if (held && !told) {
      told = true;
      onWait(held.holder.pid);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/**
 * A process, so that another one with the same number is not mistaken for it.
 * @typedef {{ pid: number, started: string, host: string }} Holder
 */

/**
 * The lock appears with its content or not at all: written beside and linked in.
 * @param {string} file
 */
function tryLock(file) {
  const beside = `${file}.${process.pid}`;
  fs.writeFileSync(beside, JSON.stringify(holderOf(process.pid)));
  try {
    fs.linkSync(beside, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    fs.rmSync(beside, { force: true });
  }
}

/**
 * @param {string} file a lock that this process holds
 * @param {number} pid
 */
function handTo(file, pid) {
  const beside = `${file}.${process.pid}`;
  fs.writeFileSync(beside, JSON.stringify(holderOf(pid)));
  fs.renameSync(beside, file);
}

/**
 * Removes a dead holder's lock, and puts it back if in the meantime another process had taken it.
 * @param {string} file
 * @param {string} expected its content
 */
function takeAway(file, expected) {
  const aside = `${file}.${process.pid}.dead`;
  try {
    fs.renameSync(file, aside);
    if (fs.readFileSync(aside, "utf8") !== expected) fs.linkSync(aside, file);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EEXIST") throw error;
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

/**
 * @param {string} file
 * @returns {{ text: string, holder: Holder } | undefined} undefined when it is free
 */
function readHolder(file) {
  try {
    const text = fs.readFileSync(file, "utf8");
    return { text, holder: JSON.parse(text) };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * @param {number} pid
 * @returns {Holder}
 */
function holderOf(pid) {
  return { pid, started: startTime(pid) ?? "", host: hostname() };
}

/**
 * A holder on another host that shares the folder cannot be looked at and counts as alive.
 * @param {Holder} holder
 */
function isAlive(holder) {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (codeOf(error) === "ESRCH") return false;
  }
  const started = startTime(holder.pid);
  return started === undefined || started === holder.started;
}

/**
 * When a process started, in clock ticks since boot: field 22 of /proc/PID/stat, proc(5). Undefined without /proc.
 * @param {number} pid
 */
function startTime(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code;
}

module.exports = { acquireLock };
