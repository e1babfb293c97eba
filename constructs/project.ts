import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { App, type TerraformStack } from "cdktf";
import { lockedChecksum, MEDIA_LOCK_FILE, type MediaLock, parseMediaLock } from "../recipe/media-lock";
import type { InstallMedium } from "../recipe/medium";
import { writtenText } from "../recipe/fingerprint";
import { UserError } from "../util/user-error";

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

/**
 * Text of a file of the project as Terraform writes it; `what` names it in messages, such as "kickstart file".
 * @throws UserError on a file that cannot be read, or is not UTF-8
 */
export function readText(file: string, what: string): string {
  try {
    return writtenText(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(projectPath(file))),
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") {
      throw new UserError(`${what} "${file}" is not UTF-8: convert it with iconv`);
    }
    const where = isAbsolute(file) ? "" : `, relative to ${projectFolder()}`;
    throw new UserError(`${what} "${file}" cannot be read (${code}): write the path of a readable file${where}`);
  }
}

/**
 * The medium's digest: its own, or the one that images.lock.json of the project holds for it.
 * @throws UserError that says which command to run if there is none
 */
export function mediumChecksum(medium: InstallMedium): string {
  return lockedChecksum(medium, medium.checksum === undefined ? readMediaLock() : parseMediaLock(undefined));
}

function readMediaLock(): MediaLock {
  const file = projectPath(MEDIA_LOCK_FILE);
  return parseMediaLock(existsSync(file) ? readFileSync(file, "utf8") : undefined);
}

/** The folder in which Terraform works on a stack. */
export function stackFolder(stack: TerraformStack): string {
  return join(realpathSync(App.of(stack).outdir), "stacks", stack.node.id);
}

/**
 * A path as a stack sees it, not yet escaped for Terraform: relative to the stack's folder for one inside the project, so that one
 * state planned from two checkouts shows no change, an absolute one otherwise.
 */
export function pathFromStack(stack: TerraformStack, path: string): string {
  const absolutePath = projectPath(path);
  const fromProject = relative(projectFolder(), absolutePath);
  const isOutside = fromProject.startsWith("..") || isAbsolute(fromProject);
  return isOutside ? absolutePath : relative(stackFolder(stack), absolutePath);
}
