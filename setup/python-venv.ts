import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cachePaths } from "../host/cache";
import { sha256 } from "../util/digest";
import type { Note } from "../util/progress";
import { run } from "../util/run";
import { makeWholeSlowly } from "../util/whole-file";

/**
 * A Python virtual environment with what MODULES/NAME/requirements.txt pins, by version and digest. Returns its folder in the
 * cache, made if it is not there: beside, and renamed in when it is whole.
 */
export async function ensureVenv(name: string, note: Note, modules = join(__dirname, "modules")): Promise<string> {
  const requirements = join(modules, name, "requirements.txt");
  const key = sha256(readFileSync(requirements)).slice(0, 12);
  const { built } = cachePaths();
  const folder = join(built, `${name}-${key}`);
  if (existsSync(join(folder, "bin", "python"))) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(built, { recursive: true });
  await makeWholeSlowly(folder, async (beside) => {
    note("making a Python environment");
    await run("python3", ["-m", "venv", beside]);
    note(`installing ${name} from PyPI`);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"];
    await run(join(beside, "bin", "python"), [...pip, "-r", requirements]);
    moveScripts(join(beside, "bin"), beside, folder);
  });
  return folder;
}

/** The scripts of a virtual environment name the folder in which it was made. */
function moveScripts(bin: string, from: string, to: string): void {
  for (const name of readdirSync(bin)) {
    const file = join(bin, name);
    if (!lstatSync(file).isFile()) continue;
    const bytes = readFileSync(file, "latin1");
    if (bytes.slice(0, 4) !== "\x7fELF" && bytes.includes(from)) {
      writeFileSync(file, bytes.replaceAll(from, to), "latin1");
    }
  }
}
