import { execFile } from "node:child_process";
import {
  copyFileSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { ansibleEnvironment, ansibleError, NO_SETTINGS, playbookSettings } from "../host/ansible";
import { refuseBraces } from "../recipe/provisioner";
import type { BuildRequest } from "../recipe/request";
import { ansibleFiles, type StepRecipe } from "../recipe/steps";
import { copyFolder, folderDigest, folderEntries } from "../util/folder-content";
import { UserError } from "../util/user-error";
import type { SecretValue } from "./secrets";
import { userPath } from "./request-files";
import type { WorkFolder } from "./work-folder";

type PlannedFiles = Extract<StepRecipe, { readonly files: string }>;
type PlannedPlaybook = Extract<StepRecipe, { readonly playbook: string }>;

/** What a provisioner is told of the build. */
export interface StepOptions {
  /** Where the request lies. */
  readonly folder: string;
  readonly work: WorkFolder;
  /** Path of ansible-playbook, if the request has playbooks. */
  readonly ansible: string | undefined;
  readonly secrets: readonly SecretValue[];
  readonly signal: AbortSignal;
}

/**
 * Puts what provisioners need beside the template: archives of files, and folders for Ansible, whose playbooks are checked.
 * @throws UserError if something is not what was planned any more, and on playbooks that are not sound
 */
export async function placeSteps(request: BuildRequest, options: StepOptions): Promise<void> {
  for (const [index, step] of request.provisioners.entries()) {
    const planned = request.recipe.provisioners[index];
    if (typeof planned !== "object") continue;
    if ("script" in planned) refuseBracesOf(planned.secrets, options.secrets);
    if (typeof step === "string") continue;
    const from = userPath(step.from, options.folder);
    const target = join(options.work.recipe, "archive" in step ? step.archive : step.folder);
    if ("files" in planned) await placeFiles(planned, from, target);
    if ("playbook" in planned && "folder" in step) {
      placePlaybook(
        planned,
        from,
        step.roles.map((role) => userPath(role, options.folder)),
        target,
        request.login,
      );
      await checkPlaybook(planned, from, target, options);
    }
  }
}

function refuseBracesOf(used: readonly { readonly name: string }[], secrets: readonly SecretValue[]): void {
  for (const { name, value } of secrets) {
    if (used.some((one) => one.name === name)) refuseBraces(`the secret "${name}"`, value);
  }
}

/** Makes the archive. Owners are names in it, so that they are those of the installed system. */
async function placeFiles({ files, to, owner, mode }: PlannedFiles, from: string, archive: string): Promise<void> {
  const single = statSync(from).isFile();
  const [uname = "root", gname = "root"] = owner.split(":");
  const header = (name: string, entryMode: number) => ({ name, mode: entryMode, uname, gname, mtime: new Date(0) });
  const fixed = mode === undefined ? undefined : Number.parseInt(mode, 8);
  // Whoever may read a folder may enter it.
  const folderMode = fixed === undefined ? 0o755 : fixed | ((fixed & 0o444) >> 2);
  const tar = pack();
  const written = pipeline(tar, createWriteStream(archive, { mode: 0o600 }));
  const made = new Set(["."]);
  for (const { path, kind } of folderEntries(from)) {
    const name = single ? posix.basename(to) : path;
    for (const parent of parentsOf(name).filter((folder) => !made.has(folder))) {
      made.add(parent);
      tar.entry({ ...header(parent, folderMode), type: "directory" });
    }
    const file = join(from, path);
    if (kind === "link") tar.entry({ ...header(name, 0o777), type: "symlink", linkname: readlinkSync(file) });
    else {
      const size = statSync(file).size;
      const fileMode = fixed ?? (kind === "executable" ? 0o755 : 0o644);
      await pipeline(createReadStream(file), tar.entry({ ...header(name, fileMode), size }));
    }
  }
  tar.finalize();
  await written;
  requireSame(folderDigest(from), files, from);
}

/** The folders around a path, the outermost first. */
function parentsOf(path: string): string[] {
  const parent = posix.dirname(path);
  return parent === "." ? [] : [...parentsOf(parent), parent];
}

function placePlaybook(
  planned: PlannedPlaybook,
  from: string,
  roles: readonly string[],
  target: string,
  login: BuildRequest["login"],
): void {
  mkdirSync(target, { mode: 0o700 });
  const copies = [
    { from, digest: planned.content, copy: "playbook" },
    ...roles.map((role, index) => ({ from: role, digest: planned.roles[index], copy: `roles-${index + 1}` })),
  ];
  for (const { from: folder, digest, copy } of copies) {
    copyFolder(folder, join(target, copy));
    requireSame(folderDigest(join(target, copy)), digest, folder);
  }
  copyFileSync(NO_SETTINGS, join(target, basename(NO_SETTINGS)));
  const { inventory, variables } = ansibleFiles(planned, login);
  writeFileSync(join(target, "inventory.json"), inventory);
  writeFileSync(join(target, "variables.json"), variables);
}

function requireSame(digest: string, planned: string | undefined, from: string): void {
  if (digest === planned) return;
  throw new UserError(`${from} was changed since the deploy was planned: deploy again`, 1);
}

/** Finds missing roles and errors of syntax, before anything is installed. */
async function checkPlaybook(
  { playbook, roles }: PlannedPlaybook,
  from: string,
  target: string,
  { work, ansible = "ansible-playbook", signal }: StepOptions,
): Promise<void> {
  const cwd = join(target, "playbook");
  const words = ["--syntax-check", "-i", "../inventory.json", "-e", "@../variables.json", playbook];
  const env = {
    ...ansibleEnvironment(process.env, { temporary: work.temporary, events: work.ansibleEvents }),
    ...playbookSettings(
      cwd,
      roles.map((_, index) => join(dirname(cwd), `roles-${index + 1}`)),
    ),
  };
  const said = await new Promise<string | undefined>((resolve) => {
    execFile(ansible, words, { cwd, env, signal }, (error, stdout, stderr) =>
      resolve(error === null ? undefined : `${stdout}\n${stderr}`),
    );
  });
  signal.throwIfAborted();
  if (said === undefined) return;
  const text = ansibleError(said.replaceAll(cwd, from).split("\n"));
  throw new UserError(`playbook "${playbook}" is not sound: ${text}`);
}
