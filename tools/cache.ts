import { homedir } from "node:os";
import { join } from "node:path";

/** Folder of what is made once a machine and used by every checkout: `$XDG_CACHE_HOME/os-images`, else `~/.cache/os-images`. */
export function cacheDir(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "os-images");
}
