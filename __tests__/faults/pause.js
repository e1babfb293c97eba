/**
 * Preloaded into a builder (NODE_OPTIONS=--require): counts its file system calls in each phase and stops it (SIGSTOP)
 * just before a chosen one, so that a kill hits an instant within that phase, however short the phase is.
 *
 * OS_IMAGES_PAUSE is {"phase": S, "call": N, "file": F}: at the N-th call in S it writes its pid to F and stops. With
 * "count": true instead it writes to F how many calls each phase had.
 */
"use strict";

const fs = require("node:fs");

const setting = process.env["OS_IMAGES_PAUSE"];
if (setting !== undefined && /\/builder\/main\.[jt]s$/.test(process.argv[1] ?? "")) watch(JSON.parse(setting));

/** @param {{ phase?: string, call?: number, count?: true, file: string }} setting */
function watch({ phase, call = 1, count, file }) {
  const { writeFileSync, renameSync } = fs;
  /** @type {Record<string, number>} */
  const calls = {};
  let current = "plan";
  let over = false;

  function step() {
    const number = (calls[current] ?? 0) + 1;
    calls[current] = number;
    if (over || count || current !== phase || number < call) return;
    over = true;
    writeFileSync(`${file}.new`, String(process.pid));
    renameSync(`${file}.new`, file);
    process.kill(process.pid, "SIGSTOP");
  }

  const counted =
    /^(?:open|read|write|rename|link|symlink|unlink|rm|mkdir|stat|lstat|exists|close|fsync|copyFile|readdir|readlink|access|(?:read|write)File)(?:Sync)?$/;
  for (const [name, original] of Object.entries(fs)) {
    if (typeof original !== "function" || !counted.test(name)) continue;
    const proxy = new Proxy(original, {
      apply(target, self, words) {
        step();
        return Reflect.apply(target, self, words);
      },
    });
    Object.defineProperty(fs, name, { value: proxy, writable: true, configurable: true });
  }
  process.stdout.write = new Proxy(process.stdout.write, {
    apply(target, self, words) {
      current = /^ *[\d.]+ s {2}([a-z]+)(?: |\n|$)/.exec(String(words[0]))?.[1] ?? current;
      return Reflect.apply(target, self, words);
    },
  });
  if (count) process.on("exit", () => writeFileSync(file, JSON.stringify(calls)));
}
