import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Guard } from "../builder/guard";
import { startGroup } from "../builder/process-group";
import { Redaction } from "../builder/redaction";
import type { SecretValue } from "../builder/secrets";
import { ansibleEnvironment, ansibleError, failedTasks, playbookSettings } from "../host/ansible";
import { copyFolder, folderDigest } from "../util/folder-content";
import { printable } from "../util/lines";
import { UserError } from "../util/user-error";
import type { AnsibleRunRequest } from "./request";

export interface PlaybookOptions {
  /** Paths of ansible-playbook and of the inventory. */
  readonly ansible: string;
  readonly inventory: string;
  readonly secrets: readonly SecretValue[];
  /** A private folder for this run. */
  readonly work: string;
  readonly guard: Guard;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A copy of a planned playbook with all that it uses, in the work folder of a run. */
export class Playbook {
  private readonly folder: string;
  private readonly roles: readonly string[];
  private readonly events: string;
  private readonly variables: string;
  private readonly redaction: Redaction;

  /** @throws UserError if a folder is not what was planned any more */
  constructor(
    private readonly request: AnsibleRunRequest,
    private readonly options: PlaybookOptions,
  ) {
    const { work, secrets } = options;
    this.folder = join(work, "playbook");
    this.roles = request.roles.map((_, index) => join(work, `roles-${index + 1}`));
    copyPlanned(request.playbook, this.folder);
    request.roles.forEach((role, index) => copyPlanned(role, this.roles[index] ?? ""));
    this.events = join(work, "events");
    this.variables = join(work, "variables.json");
    writeFileSync(this.variables, JSON.stringify(variablesOf(request)), { mode: 0o600 });
    this.redaction = new Redaction(secrets.map(({ value }) => value));
  }

  /** @throws UserError on missing roles and errors of syntax, which need no machine to be found */
  async check(): Promise<void> {
    const said: string[] = [];
    if ((await this.run(["--syntax-check"], (line) => said.push(line))) === 0) return;
    throw new UserError(`playbook "${this.request.playbook.file}" is not sound: ${ansibleError(said)}`);
  }

  /** @throws UserError with the task that failed on each machine that failed */
  async play(): Promise<void> {
    const said: string[] = [];
    const status = await this.run([], (line) => {
      said.push(line);
      this.options.log(line);
    });
    if (status !== 0) throw new UserError(this.redaction.text(this.verdict(said)), 1);
  }

  /** Runs ansible-playbook, which ends with all that it started if this process does. Gives its exit code. */
  private async run(words: readonly string[], onLine: (line: string) => void): Promise<number> {
    const { ansible, inventory, secrets, work, guard, signal } = this.options;
    signal.throwIfAborted();
    const group = await startGroup({
      program: ansible,
      args: [...words, "-i", inventory, "-e", `@${this.variables}`, this.request.playbook.file],
      cwd: this.folder,
      groupFile: join(work, "group.json"),
      environment: {
        ...ansibleEnvironment(process.env, { temporary: work, events: this.events }),
        ...playbookSettings(this.folder, this.roles),
        ANSIBLE_SSH_CONTROL_PATH_DIR: join(work, "cp"),
        ...Object.fromEntries(secrets.map(({ name, value }) => [environmentName(name), value])),
      },
      guard,
      onLine: (line) => onLine(printable(this.redaction.text(this.withOwnPaths(line)))),
    });
    const stop = (): void => group.terminate();
    signal.addEventListener("abort", stop);
    const end = await group.ended;
    signal.removeEventListener("abort", stop);
    signal.throwIfAborted();
    if (end.signal !== null) throw new UserError(`ansible-playbook was killed by ${end.signal}`, 1);
    return end.status ?? 1;
  }

  private verdict(said: readonly string[]): string {
    const { playbook, machines } = this.request;
    const { tasks } = failedTasks(this.events);
    if (tasks.length === 0) return `playbook "${playbook.file}" failed: ${ansibleError(said)}`;
    const lines = tasks.map(
      ({ host, task, message, unreachable }) =>
        `\n  ${host}: ${unreachable ? "lost in task" : "failed in task"} "${task}": ${message}`,
    );
    return `playbook "${playbook.file}" failed on ${tasks.length} of ${machines.length} machine(s):${lines.join("")}`;
  }

  /** A line of Ansible's with the user's paths, not those of the copies. */
  private withOwnPaths(line: string): string {
    const { playbook, roles } = this.request;
    const own = [playbook, ...roles].map(({ folder }) => resolve(folder));
    return [this.folder, ...this.roles].reduce((text, copy, index) => text.replaceAll(copy, own[index] ?? ""), line);
  }
}

function copyPlanned({ folder, digest }: { readonly folder: string; readonly digest: string }, target: string): void {
  copyFolder(resolve(folder), target);
  if (folderDigest(target) === digest) return;
  throw new UserError(`${resolve(folder)} was changed since the deploy was planned: deploy again`, 1);
}

/** A secret reaches the playbook as a variable that is looked up in the environment: no file has its value. */
function variablesOf({ variables, secrets }: AnsibleRunRequest): object {
  const looked = secrets.map(({ name }) => [name, `{{ lookup('ansible.builtin.env', '${environmentName(name)}') }}`]);
  return { ...variables, ...(Object.fromEntries(looked) as object) };
}

function environmentName(secret: string): string {
  return `OS_IMAGES_SECRET_${secret}`;
}
