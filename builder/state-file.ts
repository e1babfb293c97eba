import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Who else may read a file, as bits of its mode, and what those need on each folder above it. */
const OTHERS = [
  { read: 0o040, pass: 0o010 },
  { read: 0o004, pass: 0o001 },
];

/**
 * A warning if other users of this machine can read sensitive values in the Terraform state whose apply runs the builder;
 * undefined if they cannot, or if the state is not a local file. Terraform's local state has the mode that the umask gives
 * a new file, and sensitive values in plain text:
 * https://developer.hashicorp.com/terraform/language/state/sensitive-data
 */
export function stateWarning(
  folder: string = process.cwd(),
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const file = localStateFile(folder, environment);
  const open = file === undefined ? [] : [file, `${file}.backup`].filter((one) => isOpen(one) && holdsSecrets(one));
  if (open.length === 0) return undefined;
  return `warning: other users of this machine can read the Terraform state, and secrets in it; run: chmod 600 ${open.join(" ")}`;
}

/** The state of the current workspace, if it is a local file of the Terraform that works in this folder. */
function localStateFile(folder: string, environment: NodeJS.ProcessEnv): string | undefined {
  const data = resolve(folder, environment["TF_DATA_DIR"] || ".terraform");
  const backend = backendOf(read(join(data, "terraform.tfstate")));
  if (backend.type !== "local") return undefined;
  const workspace = environment["TF_WORKSPACE"] || read(join(data, "environment"))?.trim() || "default";
  return workspace === "default"
    ? resolve(folder, backend.config?.path ?? "terraform.tfstate")
    : resolve(folder, backend.config?.workspace_dir ?? "terraform.tfstate.d", workspace, "terraform.tfstate");
}

interface Backend {
  readonly type: string;
  readonly config?: { readonly path?: string | null; readonly workspace_dir?: string | null };
}

/** What `terraform init` noted of the backend; a configuration without one has the local one. */
function backendOf(noted: string | undefined): Backend {
  const local: Backend = { type: "local" };
  if (noted === undefined) return local;
  try {
    return (JSON.parse(noted) as { readonly backend?: Backend }).backend ?? local;
  } catch {
    return local;
  }
}

/** What is read of a state, version 4. */
interface State {
  readonly outputs?: Readonly<Record<string, { readonly sensitive?: boolean }>>;
  readonly resources?: readonly { readonly instances?: readonly Instance[] }[];
}

interface Instance {
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Paths of attributes, by steps such as `{ type: "get_attr", value: "content" }`. */
  readonly sensitive_attributes?: readonly (readonly { readonly value?: unknown }[])[];
}

/** Whether a state has values that are marked as sensitive; true for one that cannot be read. */
function holdsSecrets(file: string): boolean {
  try {
    const { outputs = {}, resources = [] } = JSON.parse(readFileSync(file, "utf8")) as State;
    return (
      Object.values(outputs).some(({ sensitive }) => sensitive === true) ||
      resources.some(({ instances = [] }) => instances.some(holdsSecret))
    );
  } catch {
    return true;
  }
}

/** A provider marks an attribute that has no value too, such as `sensitive_content` of every `local_file`. */
function holdsSecret({ attributes = {}, sensitive_attributes = [] }: Instance): boolean {
  return sensitive_attributes.some(([first]) => attributes[String(first?.value)] !== null);
}

function isOpen(file: string): boolean {
  const mode = modeOf(file);
  return mode !== undefined && OTHERS.some(({ read, pass }) => (mode & read) !== 0 && canPass(dirname(file), pass));
}

/** Whether every folder up to the root lets these users through. */
function canPass(folder: string, bit: number): boolean {
  const above = dirname(folder);
  return ((modeOf(folder) ?? 0) & bit) !== 0 && (above === folder || canPass(above, bit));
}

function modeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mode;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
