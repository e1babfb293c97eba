import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { folderDigest } from "../util/folder-content";
import { projectFolder, projectPath } from "../util/project-folder";
import { UserError } from "../util/user-error";

/** A folder as it was read. */
export interface ReadFolder {
  /** As it was written. */
  readonly path: string;
  /** 64 hex digits, see `folderDigest`. */
  readonly digest: string;
}

/**
 * Reads the folder of a playbook and further folders of roles.
 * @throws UserError on what is not there, and on a playbook among everything else of the project
 */
export function readPlaybook(
  playbook: string,
  roles: readonly string[],
): { readonly playbook: ReadFolder & { readonly file: string }; readonly roles: readonly ReadFolder[] } {
  const file = projectPath(playbook);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new UserError(`playbook "${playbook}" is not there: write a file, relative to ${projectFolder()}`);
  }
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(basename(file))) {
    throw new UserError(`playbook "${playbook}" has an odd name: write letters, digits, ".", "_" and "-"`);
  }
  if (`${projectFolder()}/`.startsWith(`${dirname(file)}/`)) {
    throw new UserError(
      `playbook "${playbook}" lies beside everything else of the project, and would run again on any change of it: ` +
        "give it a folder of its own with its roles, such as ansible/site.yml",
    );
  }
  return { playbook: { ...readFolder(dirname(playbook)), file: basename(file) }, roles: roles.map(readRoles) };
}

function readRoles(path: string): ReadFolder {
  if (statSync(projectPath(path), { throwIfNoEntry: false })?.isDirectory()) return readFolder(path);
  throw new UserError(`roles "${path}" is no folder: write one, relative to ${projectFolder()}`);
}

function readFolder(path: string): ReadFolder {
  return { path, digest: folderDigest(projectPath(path)) };
}
