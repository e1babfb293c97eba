import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { UserError } from "../recipe/user-error";

/** Where the project keeps what it made or fetched outside the checkout. */
export function cacheDir(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "os-images");
}

/** A program's path, from the cache or from PATH; undefined where there is none. */
export function findTool(name: string): string | undefined {
  const folders = [join(cacheDir(), "tools", "bin"), ...(process.env.PATH ?? "").split(delimiter)];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** A program's path; a `UserError` with exit code 3 where there is none. */
export function requireTool(name: string): string {
  const found = findTool(name);
  if (found === undefined) throw new UserError(`${name} is not on this machine; run: npm run setup`, 3);
  return found;
}

/** What Packer's environment needs on this machine. */
export function toolEnvironment(): Record<string, string> {
  return { PACKER_PLUGIN_PATH: join(cacheDir(), "tools", "packer-plugins"), CHECKPOINT_DISABLE: "1" };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
