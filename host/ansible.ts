import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { printable } from "../util/lines";
import { requireTool } from "./find";

/** Longest message of a failed task in a report, in characters. */
const LONGEST_MESSAGE = 300;

/** So many lines of an error are shown. */
const ERROR_LINES = 8;

/** Settings of the user's that a run keeps: how vaults are opened. */
const KEPT = /^ANSIBLE_(VAULT_|ASK_VAULT)/;

/**
 * The absolute path of ansible-playbook.
 * @throws UserError (exit code 3) if Ansible or OpenSSH's client is missing
 */
export function requireAnsible(): string {
  requireTool("ssh");
  return requireTool("ansible-playbook").path;
}

/**
 * An environment in which ansible-playbook runs, without settings that would change what a playbook does from one user to the
 * next, and with a callback that writes the failed tasks to the file `events`, see `failedTasks`. What Ansible leaves on this
 * host goes to `temporary`. https://docs.ansible.com/ansible/latest/reference_appendices/config.html
 */
export function ansibleEnvironment(
  environment: NodeJS.ProcessEnv,
  { temporary, events }: { readonly temporary: string; readonly events: string },
): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => !/^ANSIBLE_/.test(name) || KEPT.test(name))),
    ANSIBLE_CALLBACK_PLUGINS: join(__dirname, "ansible"),
    ANSIBLE_CALLBACKS_ENABLED: "os_images",
    OS_IMAGES_ANSIBLE_EVENTS: events,
    ANSIBLE_LOCAL_TEMP: join(temporary, "ansible"),
    ANSIBLE_NOCOLOR: "1",
    ANSIBLE_NOCOWS: "1",
    PYTHONUNBUFFERED: "1",
    PYTHONDONTWRITEBYTECODE: "1",
  };
}

/** Taken if a playbook brings no ansible.cfg, so that no other one is looked for. */
export const NO_SETTINGS = join(__dirname, "ansible", "no-settings.cfg");

/** Settings for a playbook in a folder, with further folders of roles. Its ansible.cfg is honoured, and no other one. */
export function playbookSettings(folder: string, roles: readonly string[]): Record<string, string> {
  const configuration = join(folder, "ansible.cfg");
  return {
    ANSIBLE_CONFIG: existsSync(configuration) ? configuration : NO_SETTINGS,
    ...(roles.length > 0 && { ANSIBLE_ROLES_PATH: [join(folder, "roles"), ...roles].join(":") }),
    ANSIBLE_PIPELINING: "True",
    ANSIBLE_PYTHON_INTERPRETER: "auto_silent",
  };
}

/** What ansible-playbook says of an error: message, place and the lines around it. */
export function ansibleError(said: readonly string[]): string {
  const from = said.findIndex((line) => /^\[?ERROR/.test(line));
  const lines = said.slice(Math.max(from, 0)).filter((line) => line.trim() !== "");
  const text = lines.slice(0, ERROR_LINES).map(printable).join("\n  ");
  return text.replace(/^\[?ERROR[\]!:\s]*/, "") || "ansible-playbook gave no reason";
}

/** A task that ended a host's run. */
export interface FailedTask {
  readonly host: string;
  readonly task: string;
  /** One line, cut. */
  readonly message: string;
  readonly unreachable: boolean;
}

/** What the callback `os_images` wrote: the task that failed on each host that failed, and how many hosts there were. */
export function failedTasks(events: string): { readonly tasks: readonly FailedTask[]; readonly hosts: number } {
  if (!existsSync(events)) return { tasks: [], hosts: 0 };
  const all = readFileSync(events, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as TaskEvent | EndEvent);
  const end = all.find((event) => event.event === "end");
  const failed = all.filter((event) => event.event !== "end");
  // A task in a block with `rescue` may fail and its host go on: the last one is what ended it.
  const tasks = (end?.hosts ?? []).flatMap((host) => failed.findLast((event) => event.host === host) ?? []);
  return { tasks: tasks.map(toTask), hosts: end?.of ?? 0 };
}

interface TaskEvent {
  readonly event: "failed" | "unreachable";
  readonly host: string;
  readonly task: string;
  readonly message: string;
}

interface EndEvent {
  readonly event: "end";
  readonly hosts: readonly string[];
  readonly of: number;
}

function toTask({ event, host, task, message }: TaskEvent): FailedTask {
  const line = printable(message.replace(/\s+/g, " "));
  const cut = line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}...` : line;
  return { host, task: printable(task), message: cut, unreachable: event === "unreachable" };
}
