// Makes lib/ for `npm pack`: the compiled sources, and beside them the files that they read.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const lib = join(root, "lib");

rmSync(lib, { recursive: true, force: true });
const tsc = join(root, "node_modules", ".bin", "tsc");
const { status } = spawnSync(tsc, ["-p", join(root, "tsconfig.package.json")], { stdio: "inherit" });
if (status !== 0) process.exit(1);
for (const folder of [
  "builder",
  "cli",
  "constructs",
  "host",
  "kickstart",
  "platforms",
  "recipe",
  "review",
  "setup/modules",
  "xen",
]) {
  cpSync(join(root, folder), join(lib, folder), {
    recursive: true,
    filter: (source) => ![".ts", ".pyc"].includes(extname(source)) && !source.includes("__pycache__"),
    force: true,
  });
}
