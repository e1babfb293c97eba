import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { EXTRAS } from "./extras/list";

/** A program that only tests use: where it is, or why it cannot be had. */
export type Extra = { readonly path: string } | { readonly reason: string };

/** Finds an extra in the cache, or gets it, which may take minutes the first time. */
export function findExtra(name: keyof typeof EXTRAS): Extra {
  const script = join(__dirname, "extras", "install.ts");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", require.resolve("tsx/cjs"), script, name],
    { encoding: "utf8" },
  );
  if (status === 0) return { path: stdout.trim() };
  return { reason: `${name} cannot be had: ${stderr.trim().split("\n").at(-1) ?? ""}` };
}

/** `describe`, or one that is skipped for the reason that it names. */
export function describeWith(extra: Extra, title: string, tests: (path: string) => void): void {
  if ("path" in extra) describe(title, () => tests(extra.path));
  else describe.skip(`${title} (skipped: ${extra.reason})`, () => tests(""));
}
