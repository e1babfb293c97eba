/** Gets a program that only tests use, and prints its path: `tsx install.ts NAME`. See ../extra.ts. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cachePaths } from "../../../host/cache";
import { firstOnPath } from "../../../host/find";
import { buildGo } from "../../../setup/go";
import { ensureVenv } from "../../../setup/python-venv";
import { packageStep } from "../../../setup/system-packages";
import { sha256 } from "../../../util/digest";
import { takeLock } from "../../../util/process-lock.js";
import { run } from "../../../util/run";
import { runScript } from "../../../util/run-script";
import { UserError } from "../../../util/user-error";
import { makeWholeSlowly } from "../../../util/whole-file";
import { EXTRAS, type ExtraName, type ExtraSource, isExtra } from "./list";

runScript(async () => {
  const [name = ""] = process.argv.slice(2);
  if (!isExtra(name)) throw new UserError(`there is no extra "${name}"`);
  const lock = await takeLock(join(cachePaths().root, "locks", `extra-${name}`));
  try {
    process.stdout.write(await install(name));
  } finally {
    lock.release();
  }
  return 0;
});

const note = (): void => undefined;

async function install(name: ExtraName): Promise<string> {
  const extra: ExtraSource = EXTRAS[name];
  const folder = join(__dirname, name);
  switch (extra.kind) {
    case "venv":
      return join(await ensureVenv(name, note, __dirname), "bin", extra.program);
    case "debian":
      return installed(extra.program, extra.packages);
    case "go":
      return join(await made(folder, name, (beside) => buildGo(folder, extra.package, join(beside, name), note)), name);
    case "npm":
      return made(folder, name, async (beside) => {
        for (const file of readdirSync(folder)) copyFileSync(join(folder, file), join(beside, file));
        await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: beside });
      });
  }
}

/** A folder of the cache that is named by what pins it, made by `make` if it is not there. */
async function made(pins: string, name: string, make: (beside: string) => Promise<void>): Promise<string> {
  const texts = readdirSync(pins)
    .sort()
    .map((file) => readFileSync(join(pins, file)));
  const folder = join(cachePaths().built, `extra-${name}-${sha256(...texts).slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  await makeWholeSlowly(folder, async (beside) => {
    mkdirSync(beside);
    await make(beside);
  });
  return folder;
}

async function installed(program: string, packages: string): Promise<string> {
  if (firstOnPath(program) === undefined) {
    await packageStep(program, () => [{ tool: program, debian: packages }]).install(note);
  }
  const path = firstOnPath(program);
  if (path === undefined) throw new UserError(`the packages ${packages} brought no ${program}`);
  return path;
}
