import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { z } from "zod";
import { sha256 } from "../util/digest";
import type { Login } from "./login";
import { Secret } from "./secret";

/** A provisioner as read: what is planned, hashed and run. */
export type Step = ScriptStep | FilesStep | AnsibleStep;

export interface ScriptStep {
  readonly kind: "script";
  /** Its file beside the template. */
  readonly file: string;
  readonly text: string;
  readonly environment: Readonly<Record<string, string | Secret>>;
}

export interface FilesStep {
  readonly kind: "files";
  /** The archive that the builder makes beside the template. */
  readonly file: string;
  /** File or folder, as seen from the request. */
  readonly from: string;
  readonly digest: string;
  readonly to: string;
  readonly isFolder: boolean;
  readonly owner: string;
  readonly mode: string | undefined;
}

export interface AnsibleStep {
  readonly kind: "ansible";
  /** The folder that the builder makes beside the template: `playbook/`, `roles-1/` and so on, inventory and variables. */
  readonly folder: string;
  /** Where the playbook's folder is, as seen from the request, and the file in it. */
  readonly from: string;
  readonly playbook: string;
  readonly digest: string;
  /** Whether the playbook brings an ansible.cfg. */
  readonly hasSettings: boolean;
  readonly roles: readonly { readonly from: string; readonly digest: string }[];
  readonly groups: readonly string[];
  readonly extraVars: Readonly<Record<string, unknown>>;
  readonly secrets: readonly Secret[];
}

const digest = z.string().regex(/^[0-9a-f]{64}$/, "write a sha256 of 64 hex digits");
const versions = z.array(z.strictObject({ name: z.string(), version: z.string() }));

/** A provisioner in the recipe. A script alone is its digest. */
export const stepRecipeSchema = z.union([
  digest,
  z.strictObject({ script: digest, environment: z.record(z.string(), z.string()), secrets: versions }),
  z.strictObject({
    files: digest,
    to: z.string(),
    owner: z.string(),
    mode: z.string().optional(),
    /** Of the script that unpacks them. */
    unpack: digest,
  }),
  z.strictObject({
    playbook: z.string(),
    content: digest,
    roles: z.array(digest),
    groups: z.array(z.string()),
    extraVars: z.record(z.string(), z.unknown()),
    secrets: versions,
  }),
]);

export type StepRecipe = z.infer<typeof stepRecipeSchema>;

/** What of a provisioner decides the image. */
export function stepRecipe(step: Step): StepRecipe {
  const secrets = stepSecrets(step).map(({ name, version }) => ({ name, version }));
  if (step.kind === "script") {
    const script = sha256(step.text);
    if (Object.keys(step.environment).length === 0) return script;
    const texts = Object.entries(step.environment).map(([name, value]) => [name, String(value)]);
    return { script, environment: Object.fromEntries(texts) as Record<string, string>, secrets };
  }
  if (step.kind === "files") {
    const { to, owner, mode } = step;
    return { files: step.digest, to, owner, ...(mode !== undefined && { mode }), unpack: sha256(unpackScript()) };
  }
  const { playbook, groups, extraVars, roles } = step;
  return {
    playbook,
    content: step.digest,
    roles: roles.map((role) => role.digest),
    groups: [...groups],
    extraVars: { ...extraVars },
    secrets,
  };
}

export function stepSecrets(step: Step): readonly Secret[] {
  if (step.kind === "files") return [];
  if (step.kind === "ansible") return step.secrets;
  return Object.values(step.environment).filter((value) => value instanceof Secret);
}

/** The script that unpacks files in the installed system, beside the template. */
export const UNPACK_FILE = "unpack-files.sh";

export function unpackScript(): string {
  unpackText ??= readFileSync(join(__dirname, UNPACK_FILE), "utf8");
  return unpackText;
}

let unpackText: string | undefined;

/** What a script ends with in the place of 0 if the user that the build logs in as is gone after it. */
export const USER_GONE = 97;

/** What a script ends with in the place of 0 if that user cannot write a byte any more. */
export const DISK_FULL = 96;

/** What a script ends with in the place of 0 if it has asked for the end of the system: a restart breaks what comes next. */
export const SYSTEM_ENDS = 95;

/**
 * Runs a script as root. What it wrote is then on the disk, and not only in the guest's memory; and the build can still
 * act, which otherwise the next script would be blamed for. Onto a full disk, Packer would try to copy that for minutes.
 */
const RUN_SCRIPT =
  `chmod +x {{ .Path }}; {{ .Vars }} sudo -n -E {{ .Path }} && sync && ` +
  `{ id -un >/dev/null || exit ${USER_GONE}; } && ` +
  `{ [ "$(systemctl is-system-running 2>/dev/null)" != stopping ] || exit ${SYSTEM_ENDS}; } && ` +
  `{ echo >{{ .Path }}.end && rm {{ .Path }}.end || exit ${DISK_FULL}; }`;

/** A provisioner as steps of Packer's template: https://developer.hashicorp.com/packer/docs/provisioners */
export function packerSteps(step: Step, login: Login): object[] {
  if (step.kind === "script") return [scriptStep(step)];
  if (step.kind === "files") {
    const archive = `/var/tmp/os-images-${step.file}`;
    const target = step.isFolder ? step.to : posix.dirname(step.to);
    const env = { ARCHIVE: archive, TARGET: packerText(target), OWNER: step.owner };
    return [
      { file: { source: step.file, destination: archive } },
      { shell: { script: UNPACK_FILE, execute_command: RUN_SCRIPT, env } },
    ];
  }
  return [{ "shell-local": ansibleCommand(step, login) }, { shell: { inline: ["sync"] } }];
}

/** A script as a step of Packer's template. */
export function scriptStep({ file, environment }: Pick<ScriptStep, "file" | "environment">): object {
  const env = Object.entries(environment).map(([name, value]) => [name, packerText(value)]);
  const variables = env.length === 0 ? {} : { env: Object.fromEntries(env) as object };
  return { shell: { script: file, execute_command: RUN_SCRIPT, ...variables } };
}

/** Runs in the step's folder. Secrets are looked up in Packer's own environment, so that none is on a command line. */
function ansibleCommand({ folder, playbook, hasSettings, roles }: AnsibleStep, login: Login): object {
  const hasKey = login.kind === "buildKey" || login.kind === "privateKey";
  return {
    command: `cd ${folder}/playbook && "$OS_IMAGES_ANSIBLE" -i ../inventory.json -e @../variables.json ${playbook}`,
    env: {
      OS_IMAGES_ANSIBLE: "${var.ansible_playbook}",
      OS_IMAGES_SSH_PORT: "${build.Port}",
      ...(hasKey && { OS_IMAGES_SSH_KEY_FILE: "${var.ssh_private_key_file}" }),
      ANSIBLE_CONFIG: hasSettings ? "ansible.cfg" : "../no-settings.cfg",
      ANSIBLE_ROLES_PATH: ["roles", ...roles.map((_, index) => `../roles-${index + 1}`)].join(":"),
      ANSIBLE_PIPELINING: "True",
      ANSIBLE_PYTHON_INTERPRETER: "auto_silent",
    },
  };
}

/** Name of the machine that is built, in the inventory. */
const HOST = "image";

/**
 * The inventory and the variables of a playbook at build time, as texts of JSON. The machine's key is taken as it is: the
 * machine made it a moment ago, and the port on loopback leads nowhere else.
 */
export function ansibleFiles(
  {
    groups,
    extraVars,
    secrets,
  }: Pick<AnsibleStep, "groups" | "extraVars"> & { readonly secrets: readonly { readonly name: string }[] },
  login: { readonly kind: string; readonly username?: string; readonly secret?: string },
): { readonly inventory: string; readonly variables: string } {
  const host = {
    ansible_host: "127.0.0.1",
    ansible_port: lookUp("OS_IMAGES_SSH_PORT"),
    ansible_user: login.username,
    ...(login.secret === undefined
      ? { ansible_ssh_private_key_file: lookUp("OS_IMAGES_SSH_KEY_FILE") }
      : { ansible_password: lookUp(secretVariable(login.secret)) }),
    ansible_ssh_common_args:
      "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o IdentitiesOnly=yes",
  };
  const children = groups.map((group) => [group, { hosts: { [HOST]: {} } }] as const);
  const looked = secrets.map(({ name }) => [name, lookUp(secretVariable(name))] as const);
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return {
    inventory: json({ all: { hosts: { [HOST]: host }, children: Object.fromEntries(children) } }),
    variables: json({ ...extraVars, ...Object.fromEntries(looked) }),
  };
}

/** Packer's own variable of a secret, as its environment has it. */
function secretVariable(name: string): string {
  return `PKR_VAR_secret_${name}`;
}

function lookUp(variable: string): string {
  return `{{ lookup('ansible.builtin.env', '${variable}') }}`;
}

/** A value for Packer, which takes nothing in it for its own; values with "{{" are refused where they are known. */
function packerText(value: string | Secret): string {
  if (value instanceof Secret) return `\${var.secret_${value.name}}`;
  return value.replace(/\$\{/g, "$$${").replace(/%\{/g, "%%{");
}
