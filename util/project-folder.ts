import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The file that makes a folder the project: relative paths start there, as those of cdktf's assets do. */
export const PROJECT_FILE = "cdktf.json";

/** The folder of cdktf.json: this one, or the nearest above it. Without one, this folder. */
export function projectFolder(): string {
  const here = process.cwd();
  for (let folder = here; ; folder = dirname(folder)) {
    if (existsSync(join(folder, PROJECT_FILE))) return folder;
    if (folder === dirname(folder)) return here;
  }
}

/** The absolute form of a path that is relative to the project. */
export function projectPath(path: string): string {
  return resolve(projectFolder(), path);
}
