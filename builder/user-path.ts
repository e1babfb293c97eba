import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** A path that a user wrote: absolute, under the home folder (`~/`), or beside the request. */
export function userPath(path: string, requestFolder: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : resolve(requestFolder, path);
}
