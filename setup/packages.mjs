import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { takeLock } from "../util/process-lock.js";

/**
 * Makes sure that node_modules is what package-lock.json says, before anything that needs it is started: `npm ci` runs
 * only when the lock is another than the one installed last. Plain JavaScript without dependencies.
 */
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const marker = join(modules, ".os-images-lock");
const wanted = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

if (!isLink(modules) && !isInstalled()) {
  const lock = await takeLock(lockFile(), {
    onWait: ({ pid }) => console.log(`node packages: waiting for process ${pid}`),
  });
  process.on("exit", lock.release);
  if (!isInstalled()) await install(lock.sign);
}

/** A linked folder belongs to whoever made the link. */
function isLink(/** @type {string} */ path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function isInstalled() {
  return read(marker) === wanted || isInstalledByHand();
}

/** Whether the user's own `npm install` has put in what the lock says: npm keeps its own record of that. */
function isInstalledByHand() {
  const record = read(join(modules, ".package-lock.json"));
  if (record === undefined || read(marker) !== undefined) return false;
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(record).packages;
  delete lock[""];
  const same = Object.keys(lock).every((name) =>
    installed[name] ? installed[name].integrity === lock[name].integrity : lock[name].optional === true,
  );
  if (same && Object.keys(installed).every((name) => name in lock)) writeFileSync(marker, wanted);
  return read(marker) === wanted;
}

/** npm holds the lock too, so that nobody else installs while it outlives this process. */
async function install(/** @type {import("../util/process-lock.js").LifeSign} */ sign) {
  const start = Date.now();
  console.log("node packages: npm ci ...");
  const child = spawn("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["inherit", "inherit", "inherit", sign.fd],
  });
  const stop = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const [code, signal] = await new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(`npm could not be started: ${error.message}`);
      resolve([3, null]);
    });
    child.on("close", (...end) => resolve(end));
  });
  if (code === 0) {
    writeFileSync(marker, wanted);
    console.log(`node packages: installed (${Math.round((Date.now() - start) / 1000)} s)`);
  } else {
    process.exit(signal === "SIGINT" ? 130 : (code ?? 1));
  }
}

function lockFile() {
  const base = process.env.XDG_CACHE_HOME;
  const cache = base?.startsWith("/") ? base : join(homedir(), ".cache");
  const checkout = createHash("sha256").update(root).digest("hex").slice(0, 12);
  return join(cache, "os-images", "locks", `packages-${checkout}`);
}

/** @returns {string | undefined} */
function read(/** @type {string} */ path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
