"use strict";

const { spawn } = require("node:child_process");
const { chmodSync, mkdtempSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

/** Reads until its standard input ends, which is when the process that started it ends; then removes the folder $0. */
const REMOVE = 'cat >/dev/null; for _ in 1 2 3 4 5; do rm -rf --one-file-system -- "$0" && exit; sleep 1; done';

/**
 * Gives this process, and all that it starts, a temporary folder of its own. A second process removes the folder when this one
 * ends, even if it was killed. The name is short: sockets are made in there, and a socket's path has 107 bytes at most.
 */
module.exports = async function ownTemporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "osi-"));
  // As open as the usual one, for the tests of what other users can read.
  chmodSync(folder, 0o755);
  const remover = spawn("sh", ["-c", REMOVE, folder], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  await new Promise((resolve, reject) => remover.once("spawn", resolve).once("error", reject));
  remover.unref();
  /** @type {import("node:net").Socket} */ (remover.stdin).unref();
  process.env["TMPDIR"] = folder;
};
