/**
 * Measures `validateKickstarts` over 500 files in one run: `tsx bench/validate.ts [--json]`. Cold: nothing in the cache, one
 * Python process parses all; warm: all from the cache, no Python; one: a single new file, most of which is Python's start.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import ownTemporaryFolder from "../__tests__/support/run-folder";
import { temporaryFolder } from "../__tests__/support/temporary";
import { findPython } from "../kickstart/checks/parser";
import { validateKickstarts, type KickstartFile } from "../kickstart/checks/validate";
import { OsRelease } from "../recipe/release";

const FILES = 500;
const RELEASES = [OsRelease.CENTOS_7, OsRelease.ROCKY_8, OsRelease.ROCKY_9, OsRelease.ROCKY_10, OsRelease.FEDORA_44];

async function main(): Promise<void> {
  await ownTemporaryFolder();
  const python = findPython();
  const cacheFolder = temporaryFolder("validate");
  const files = Array.from({ length: FILES }, (_, index) => kickstart(index));
  const cold = measure(() => validateKickstarts(files, { cacheFolder, python }));
  const warm = measure(() => validateKickstarts(files, { cacheFolder, python }));
  const one = measure(() => validateKickstarts([kickstart(FILES)], { cacheFolder, python }));
  const results = { files: FILES, coldSeconds: cold.seconds, warmSeconds: warm.seconds, oneSeconds: one.seconds };
  const same = JSON.stringify(cold.result) === JSON.stringify(warm.result);
  if (!same) throw new Error("the cache gave other findings than the parser");
  process.stdout.write(
    process.argv.includes("--json")
      ? `${JSON.stringify(results)}\n`
      : `validate, ${FILES} files over ${RELEASES.length} releases, pykickstart ${python.pykickstart}:\n` +
          `  cold ${cold.seconds.toFixed(2)} s, warm ${warm.seconds.toFixed(2)} s, one new file ${one.seconds.toFixed(2)} s\n`,
  );
}

/** Five real kickstarts, each made another file by a comment. */
function kickstart(index: number): KickstartFile {
  const names = ["server-lvm", "server-uefi", "static-cd", "image-copy", "password-login"];
  const name = names[index % names.length]!;
  const text = readFileSync(join(__dirname, "kickstarts", `${name}.cfg`), "utf8");
  const release = RELEASES[Math.floor(index / names.length) % RELEASES.length]!;
  return { path: `${name}-${index}.cfg`, text: `# ${index}\n${text}`, release };
}

function measure<T>(work: () => T): { result: T; seconds: number } {
  const start = performance.now();
  const result = work();
  return { result, seconds: Math.round(performance.now() - start) / 1000 };
}

void main();
