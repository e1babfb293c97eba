import { randomBytes } from "node:crypto";
import { chmodSync, copyFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { BuildRequest } from "../recipe/request";
import { ansibleEnvironment } from "../host/ansible";
import { cacheDir } from "../host/cache";
import { findQemuPlugin } from "../host/plugins";
import { toolEnvironment } from "../host/environment";
import { CHECKPOINT_KEY } from "./checkpointer";
import { deviceConfig, NETWORK_BACKEND } from "./devices";
import { directKernel } from "./direct-kernel";
import { makeKeyPair } from "./key-pair";
import { packerPath } from "../recipe/medium";
import type { Host } from "./preflight";
import { userPath } from "./request-files";
import type { Resumption } from "./resume";
import type { WorkFolder } from "./work-folder";

/** Packer's environment. What is secret goes this way only, never on a command line. */
export function packerEnvironment(
  request: BuildRequest,
  requestFolder: string,
  host: Host,
  work: WorkFolder,
  relayPort: number,
  resumption?: Resumption,
): NodeJS.ProcessEnv {
  const httpPath = `${randomBytes(16).toString("hex")}/`;
  const kernel = resumption === undefined ? directKernel(request, work, host, httpPath) : undefined;
  const variables: Record<string, string> = {
    accelerator: host.accelerator,
    cpus: String(host.cpus),
    qemu_binary: kernel?.qemuBinary ?? host.qemu,
    qemuargs: JSON.stringify([...qemuArguments(work), ...(kernel?.qemuArguments ?? []), ...seedArguments(request)]),
    iso_url: packerPath(resumption?.disk ?? host.medium),
    output_directory: relative(work.recipe, work.output),
    vnc_use_password: "true",
    http_path: httpPath,
    skip_nat_mapping: "true",
    ssh_port: String(relayPort),
    ...(kernel !== undefined && { boot_command: "[]", disable_vnc: "true" }),
    ...(host.firmware !== undefined && {
      efi_firmware_code: host.firmware.code,
      efi_firmware_vars: resumption?.firmwareVars ?? host.firmware.vars,
    }),
    ...loginVariables(request, requestFolder, work, resumption),
    after_provisioner: afterProvisioner(work),
    ...(host.ansible !== undefined && { ansible_playbook: host.ansible }),
  };
  const plugin = findQemuPlugin();
  for (const { name, value } of host.secrets) variables[`secret_${name}`] = value;
  const named = Object.entries(variables).map(([name, value]) => [`PKR_VAR_${name}`, value]);
  const environment = withoutPackerSettings(process.env);
  return {
    ...(host.ansible === undefined ? environment : forAnsible(environment, work)),
    ...toolEnvironment(),
    ...kernel?.environment,
    ...(Object.fromEntries(named) as Record<string, string>),
    TMPDIR: relative(work.recipe, work.temporary),
    // Shared: by lock files in it, Packers that run at the same time choose different ports.
    PACKER_CACHE_DIR: join(cacheDir(), "packer"),
    PACKER_CONFIG_DIR: work.temporary,
    // By itself Packer would look in the folder of its configuration.
    ...(plugin !== undefined && { PACKER_PLUGIN_PATH: plugin.folder }),
    PACKER_LOG: "1",
    PACKER_LOG_PATH: work.packerLog,
    CHECKPOINT_DISABLE: "1",
  };
}

/** As seen from the folder of a playbook: an absolute path may be too long for a socket. */
const CONTROL_PATH = "../../../tmp/ssh-%p";

function forAnsible(environment: NodeJS.ProcessEnv, { temporary, ansibleEvents }: WorkFolder): NodeJS.ProcessEnv {
  return {
    ...ansibleEnvironment(environment, { temporary, events: ansibleEvents }),
    ANSIBLE_SSH_ARGS: `-C -o ControlMaster=auto -o ControlPersist=30s -o ControlPath=${CONTROL_PATH}`,
  };
}

/** Where plugins are found, and on which ports they talk. */
const KEPT = ["PACKER_PLUGIN_PATH", "PACKER_PLUGIN_MIN_PORT", "PACKER_PLUGIN_MAX_PORT"];

/**
 * The user's environment without what would change the build: values of a template's variables (`PKR_VAR_`), Packer's own
 * settings (logs, folders, another configuration, the mark of a Packer that this process runs under), and its registry
 * (`HCP_`): https://developer.hashicorp.com/packer/docs/configure
 */
export function withoutPackerSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(
    ([name]) => KEPT.includes(name) || !/^(PKR_VAR|PACKER|HCP)_/.test(name),
  );
  return Object.fromEntries(kept);
}

/**
 * The plugin forwards SSH on all interfaces, whatever it is told. A backend of the same name takes the place of its own;
 * the forward is then added on the loopback interface, over the monitor.
 */
function qemuArguments(work: WorkFolder): string[][] {
  const file = join(work.path, "devices.cfg");
  writeFileSync(file, deviceConfig());
  return [
    ["-netdev", `user,id=${NETWORK_BACKEND}`],
    ["-readconfig", relative(work.recipe, file)],
  ];
}

/**
 * Has cloud-init look for its NoCloud data although the CD with them is not there yet when ds-identify, its generator, runs:
 * https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html (DMI data).
 */
function seedArguments({ medium, login }: BuildRequest): string[][] {
  return medium.kind === "image" && login.kind === "buildKey" ? [["-smbios", "type=1,serial=ds=nocloud"]] : [];
}

function loginVariables(
  { name, login }: BuildRequest,
  requestFolder: string,
  work: WorkFolder,
  resumption: Resumption | undefined,
): Record<string, string> {
  if (login.kind === "privateKey") return { ssh_private_key_file: userPath(login.file, requestFolder) };
  if (login.kind !== "buildKey") return {};
  const file = join(work.path, CHECKPOINT_KEY);
  if (resumption?.key !== undefined) {
    copyFileSync(resumption.key, file);
    return { ssh_public_key: "the disk has it", ssh_private_key_file: file };
  }
  const { publicKey, privateKey } = makeKeyPair(`os-images-build-of-${name}`);
  writeFileSync(file, privateKey, { mode: 0o600 });
  return { ssh_public_key: publicKey, ssh_private_key_file: file };
}

/** The command that a template runs after each provisioner, from the folder of the recipe. */
function afterProvisioner(work: WorkFolder): string {
  const script = "after-provisioner.sh";
  copyFileSync(join(__dirname, script), join(work.path, script));
  chmodSync(join(work.path, script), 0o700);
  return `../${script}`;
}
