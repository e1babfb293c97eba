import { KICKSTART_FILE, KICKSTART_FILE_SERVED, KICKSTART_LABEL, sealFile } from "./files";
import { packerDefault } from "./medium";
import { SSH_KEY_MARKER } from "./login";
import { type ResolvedImage, ROWS } from "./properties";
import { endOfProvisioner, startedFromDisk } from "./resume";
import { SEED_FILES, SEED_LABEL } from "./seed";
import { packerSteps } from "./steps";
import { timeLimits } from "./time-limits";

/** The plugin that builds, and the oldest version whose behaviour the templates rely on. */
const QEMU_PLUGIN = { source: "github.com/hashicorp/qemu", version: ">= 1.0.9" };

/**
 * Cluster size of the qcow2 file that a build writes to. QEMU drops whole clusters only and ignores the rest of what the
 * guest trims (`qcow2_co_pdiscard` in its source). With clusters as large as a file system's blocks, nothing of a
 * deleted file is left; with the default of 64 KiB, what lay beside a file that is still there would be.
 */
const BUILD_CLUSTER_BYTES = 4096;

/**
 * The Packer template of an image, as an object of the HCL2 JSON form: https://developer.hashicorp.com/packer/docs/templates/hcl_templates/syntax-json
 *
 * What differs from one build to the next is a variable. The defaults make `packer build` by hand work beside the
 * kickstart; the builder sets them by environment.
 */
export function packerTemplate(image: ResolvedImage): object {
  return {
    packer: { required_plugins: { qemu: QEMU_PLUGIN } },
    variable: { ...ownVariables(image), ...userVariables(image) },
    source: { qemu: { image: qemuSource(image) } },
    build: { sources: ["source.qemu.image"], ...provisioners(image) },
  };
}

function userVariables({ packerVariables }: ResolvedImage): Record<string, object> {
  const variables = Object.entries(packerVariables).map(([name, value]) => [name, { type: "string", default: value }]);
  return Object.fromEntries(variables) as Record<string, object>;
}

/** The variables that a template has without the user's. */
export function ownVariables(image: ResolvedImage): Record<string, object> {
  const secrets = image.secrets.map((secret): [string, object] => [
    `secret_${secret.name}`,
    { type: "string", sensitive: true, description: `Secret "${secret.name}".` },
  ]);
  return {
    accelerator: { type: "string", default: "tcg", description: "QEMU accelerator: kvm, hvf or tcg." },
    cpus: { type: "number", default: image.cpus === "auto" ? 1 : image.cpus },
    headless: { type: "bool", default: image.headless },
    qemu_binary: { type: "string", default: "qemu-system-x86_64" },
    qemuargs: {
      type: "list(list(string))",
      default: [],
      description: "Host-side devices: console, monitor, log port.",
    },
    ...mediumVariables(image),
    output_directory: { type: "string", default: "output" },
    vnc_use_password: { type: "bool", default: false },
    ...(image.boot === "kernel" && {
      boot_command: {
        type: "list(string)",
        default: image.bootCommand.map((keys) => keys.replaceAll("${var.http_path}", "")),
        description: "Keys for the boot menu; none where qemuargs start the kernel directly.",
      },
      disable_vnc: {
        type: "bool",
        default: false,
        description: "True if no keys are typed: nothing waits for boot_wait.",
      },
    }),
    ...(image.firmware === "uefi" && {
      efi_firmware_code: { type: "string", default: "/usr/share/OVMF/OVMF_CODE_4M.fd" },
      efi_firmware_vars: { type: "string", default: "/usr/share/OVMF/OVMF_VARS_4M.fd" },
    }),
    ...(image.buildLogin.kind !== "none" && {
      skip_nat_mapping: {
        type: "bool",
        default: false,
        description: "True where ssh_port is forwarded by the builder.",
      },
      ssh_port: { type: "number", default: 22 },
    }),
    ...(image.steps.some(({ kind }) => kind === "ansible") && {
      ansible_playbook: { type: "string", default: "ansible-playbook", description: "Ansible's program." },
    }),
    ...(keepsProvisioners(image) && {
      after_provisioner: {
        type: "string",
        default: ":",
        description: "Command on the build host after each provisioner; the builder copies the disk then.",
      },
    }),
    ...loginVariables(image),
    ...Object.fromEntries(secrets),
  };
}

/** Where the medium is, and where its installer finds the kickstart. */
export function mediumVariables({ medium: { source } }: ResolvedImage): Record<string, object> {
  const isoUrl = source.kind === "iso" ? packerDefault(source.url) : undefined;
  return {
    iso_url: {
      type: "string",
      ...(isoUrl !== undefined && { default: isoUrl }),
      description:
        source.kind === "iso"
          ? "URL or path of the installer's medium."
          : "Path of the disk that is built on, a qcow2 file of disk_size.",
    },
    ...(source.kind === "iso" && {
      http_path: {
        type: "string",
        default: "",
        description: 'Unguessable prefix of the kickstart\'s path, ends with "/".',
      },
    }),
  };
}

/** The key of the build. */
export function loginVariables({ buildLogin: { kind } }: ResolvedImage): Record<string, object> {
  return {
    ...(kind === "buildKey" && {
      ssh_public_key: { type: "string", description: "Public half of the build's key, as in authorized_keys." },
    }),
    ...((kind === "buildKey" || kind === "privateKey") && { ssh_private_key_file: { type: "string" } }),
  };
}

/**
 * Options of Packer's QEMU builder under its own names; those that a property decides are in the table of properties.
 * Source: https://developer.hashicorp.com/packer/integrations/hashicorp/qemu/latest/components/builder/qemu
 */
function qemuSource(image: ResolvedImage): object {
  const options = {
    ...ofProperties(image),
    output_directory: "${var.output_directory}",
    // The guest's trims make the file smaller.
    disk_discard: "unmap",
    disk_detect_zeroes: "unmap",
    // Without the host's flushes: the disk of an interrupted build is thrown away anyway.
    disk_cache: "unsafe",
    ...conversion(image),
    qemu_binary: "${var.qemu_binary}",
    qemuargs: "${var.qemuargs}",
    ...(image.firmware === "uefi" && {
      efi_boot: true,
      efi_firmware_code: "${var.efi_firmware_code}",
      efi_firmware_vars: "${var.efi_firmware_vars}",
    }),
    vnc_bind_address: "127.0.0.1",
    vnc_use_password: "${var.vnc_use_password}",
    ...(image.boot === "kernel" && { disable_vnc: "${var.disable_vnc}" }),
    // Loopback: the server holds the kickstart.
    http_bind_address: "127.0.0.1",
    ...communicator(image),
    shutdown_timeout: "5m",
  };
  return image.base === undefined
    ? { ...options, ...delivered(image) }
    : { ...startedFromDisk(options), ...seeded(image) };
}

/** What the installer reads. */
export function delivered(image: ResolvedImage): object {
  const kickstart = kickstartExpression(image);
  return image.delivery === "http"
    ? { http_content: { [`/\${var.http_path}${KICKSTART_FILE_SERVED}`]: kickstart } }
    : { cd_content: { [`/${KICKSTART_FILE_SERVED}`]: kickstart }, cd_label: KICKSTART_LABEL };
}

/** What cloud-init reads in a base image that is to get the build's login. */
function seeded({ buildLogin }: ResolvedImage): object {
  if (buildLogin.kind !== "buildKey") return {};
  const content = SEED_FILES.map((file) => [
    `/${file}`,
    escapeGoTemplate(`replace(file("${file}"), "${SSH_KEY_MARKER}", var.ssh_public_key)`),
  ]);
  return { cd_content: Object.fromEntries(content) as object, cd_label: SEED_LABEL };
}

function ofProperties(image: ResolvedImage): object {
  const options = ROWS.flatMap(([name, { packer = {} }]) =>
    Object.entries(packer).map(([option, of]) => [option, of(image[name as keyof ResolvedImage], image)]),
  );
  return Object.fromEntries(options) as object;
}

/**
 * What Packer does with the disk in the end: rewrite it compressed, without its holes, or take it as it is.
 * `-W` writes clusters as they are compressed, in any order, which the disk's tables allow: half of the time.
 * Source: https://www.qemu.org/docs/master/tools/qemu-img.html (convert), `compression_type` of the qcow2 format.
 */
export function conversion({ format, compression }: Pick<ResolvedImage, "format" | "compression">): object {
  if (format === "raw") return { skip_compaction: true };
  const create = ["-o", `cluster_size=${BUILD_CLUSTER_BYTES}`];
  if (compression === "none") return { skip_compaction: true, qemu_img_args: { create } };
  const convert = ["-W", "-m", "16", "-o", `compression_type=${compression}`];
  return { skip_compaction: false, disk_compression: true, qemu_img_args: { create, convert } };
}

function communicator(image: ResolvedImage): object {
  if (image.buildLogin.kind === "none") return { communicator: "none" };
  return {
    ...loginOptions(image),
    ssh_host: "127.0.0.1",
    ssh_port: "${var.ssh_port}",
    skip_nat_mapping: "${var.skip_nat_mapping}",
  };
}

/** How Packer logs in, and how long it waits for that. The builder ends a wait earlier, by the accelerator; by hand nobody knows it. */
export function loginOptions({ buildLogin, ...settings }: ResolvedImage): object {
  const { installSeconds, loginSeconds } = timeLimits(settings, "tcg");
  return {
    communicator: "ssh",
    ssh_username: buildLogin.username,
    ...(buildLogin.kind === "password"
      ? { ssh_password: escapeGoTemplate(`var.secret_${buildLogin.secret?.name}`) }
      : { ssh_private_key_file: "${var.ssh_private_key_file}" }),
    ssh_timeout: `${installSeconds + loginSeconds}s`,
  };
}

/** Where the sealing script waits in the guest: a folder in memory, so that it leaves nothing behind. */
export const SEAL_IN_GUEST = "/dev/shm/os-images-seal.sh";

function provisioners(image: ResolvedImage): object {
  const { buildLogin } = image;
  if (buildLogin.kind === "none") return {};
  const steps = image.steps.flatMap((step, index) => [
    ...packerSteps(step, buildLogin),
    ...(keepsProvisioners(image) ? [endOfProvisioner(index + 1)] : []),
  ]);
  return { provisioner: [...steps, { file: { source: sealFile(buildLogin), destination: SEAL_IN_GUEST } }] };
}

/** Whether the builder may keep a checkpoint after each provisioner. */
function keepsProvisioners({ checkpoints, steps }: ResolvedImage): boolean {
  return checkpoints === "all" && steps.length > 0;
}

/**
 * The kickstart as Packer serves it. Markers are replaced by variables, so that neither key nor secret is ever in a file
 * of the recipe. The whole goes through Go's templates: it is escaped last, as braces may meet where a value is put in.
 */
function kickstartExpression({ buildLogin, installSecrets }: ResolvedImage): string {
  let expression = `file("${KICKSTART_FILE}")`;
  if (buildLogin.kind === "none") expression = `join("", [${expression}, file("${sealFile(buildLogin)}")])`;
  if (buildLogin.kind === "buildKey") expression = `replace(${expression}, "${SSH_KEY_MARKER}", var.ssh_public_key)`;
  for (const secret of installSecrets) {
    expression = `replace(${expression}, "${secret.marker}", var.secret_${secret.name})`;
  }
  return escapeGoTemplate(expression);
}

/** A string whose braces Packer's own templates leave alone. */
function escapeGoTemplate(expression: string): string {
  return `\${replace(${expression}, "{{", "{{\`{{\`}}")}`;
}
