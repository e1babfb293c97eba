import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../../../host/cache";
import { SUITE } from "../../../setup/demo-installer/inputs";
import { aptSources } from "../../../setup/demo-installer/mirrors";
import { run } from "../../../setup/demo-installer/run";
import { sha256 } from "../../../util/digest";
import { takeLock } from "../../../util/process-lock.js";
import { makeWholeSlowly } from "../../../util/whole-file";

/** The lines of a text file of this folder, without comments. */
export function linesOf(file: string): string[] {
  const text = readFileSync(join(__dirname, file), "utf8");
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

/** Unpacks Debian packages, and those that they depend on, into a folder. */
export async function unpack(packages: readonly string[], root: string): Promise<void> {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const tar = `${root}.tar`;
  const include = `--include=${packages.join(",")}`;
  await run("mmdebstrap", ["--quiet", "--variant=extract", include, SUITE, tar, ...aptSources()]);
  const left = ["./dev/*", "./usr/share/doc/*", "./usr/share/man/*", "./usr/share/locale/*", "./usr/share/info/*"];
  await run("tar", ["-C", root, "--no-same-owner", ...left.map((path) => `--exclude=${path}`), "-xf", tar]);
  rmSync(tar);
}

/** A folder out of the cache, made if it is missing or if one of these files of this folder has changed. */
export async function cached(
  name: string,
  sources: readonly string[],
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const key = sha256(...sources.map((file) => readFileSync(join(__dirname, file)))).slice(0, 12);
  const folder = join(cacheDir(), "assets", `${name}-${key}`);
  const lock = await takeLock(`${folder}.lock`, { onWait: () => undefined });
  try {
    if (!existsSync(folder)) await makeWholeSlowly(folder, make);
  } finally {
    lock.release();
  }
  return folder;
}

/** Why nothing of Xen can be had here; empty if it can. */
export function whyNoXen(programs: readonly string[] = []): string {
  const absent = ["mmdebstrap", ...programs].filter(
    (name) => spawnSync("sh", ["-c", 'command -v "$1"', "sh", name]).status !== 0,
  );
  if (absent.length > 0) return `without ${absent.join(", ")}`;
  return process.arch === "x64" ? "" : "not on an x86_64 machine";
}
