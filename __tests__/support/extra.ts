import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { firstOnPath } from "../../host/find";
import type { ExtraName } from "./extras/list";

/** A program that only tests use: where it is, or why it cannot be had. */
export type Extra = { readonly path: string } | { readonly reason: string };

/** Finds an extra in the cache, or gets it, which may take minutes the first time. */
export function findExtra(name: ExtraName): Extra {
  const script = join(__dirname, "extras", "install.ts");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", require.resolve("tsx/cjs"), script, name],
    { encoding: "utf8" },
  );
  if (status === 0) return { path: stdout.trim() };
  return { reason: `${name} cannot be had: ${stderr.trim().split("\n").at(-1) ?? ""}` };
}

/** An extra of the system's packages if it is there already: nothing is installed. */
export function extraOnPath(name: ExtraName): Extra {
  const path = firstOnPath(name);
  return path === undefined ? { reason: `${name} is not on PATH` } : { path };
}

/** `describe`, or one that is skipped for the reason that it names. */
export function describeWith(extra: Extra, title: string, tests: (path: string) => void): void {
  if ("path" in extra) describe(title, () => tests(extra.path));
  else describe.skip(`${title} (skipped: ${extra.reason})`, () => tests(""));
}
