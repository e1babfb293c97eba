/** Gets a program that only tests use, and prints its path: `tsx install.ts NAME`. See ../extra.ts. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cachePaths } from "../../../host/cache";
import { buildGo } from "../../../setup/go";
import { ensureVenv } from "../../../setup/python-venv";
import { sha256 } from "../../../util/digest";
import { takeLock } from "../../../util/process-lock.js";
import { runScript } from "../../../util/run-script";
import { UserError } from "../../../util/user-error";
import { makeWholeSlowly } from "../../../util/whole-file";
import { EXTRAS, isExtra } from "./list";

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

async function install(name: keyof typeof EXTRAS): Promise<string> {
  const extra = EXTRAS[name];
  const note = (): void => undefined;
  if (extra.kind === "venv") return join(await ensureVenv(name, note, __dirname), "bin", extra.program);
  const folder = join(__dirname, name);
  const key = sha256(readFileSync(join(folder, "go.mod")), readFileSync(join(folder, "go.sum"))).slice(0, 12);
  const program = join(cachePaths().built, `extra-${name}-${key}`, name);
  if (existsSync(program)) return program;
  mkdirSync(dirname(dirname(program)), { recursive: true });
  await makeWholeSlowly(dirname(program), async (beside) => {
    mkdirSync(beside);
    await buildGo(folder, extra.package, join(beside, name), note);
  });
  return program;
}
