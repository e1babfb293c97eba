import { z } from "zod";
import { sha256 } from "../util/digest";
import { UserError } from "../util/user-error";
import { defaultBootCommand } from "./boot-command";
import type { ImageLogin, ImageProperties } from "./image-properties";
import { Login } from "./login";
import type { InstallMedium } from "./medium";
import {
  choice,
  choices,
  listOf,
  object,
  orAuto,
  parseDiskSize,
  type Property,
  type RecipePart,
  text,
  texts,
  textsByName,
  wholeNumber,
  yesOrNo,
} from "./property-kinds";
import { Provisioner } from "./provisioner";
import type { OsRelease } from "./release";
import { parseAddress } from "./remote-address";
import type { Secret } from "./secret";
import { type Step, stepRecipe, stepRecipeSchema } from "./steps";
import { sealText, SEAL_STEPS, type SealStep } from "./seal";

/** An image with every default computed: what recipe, template and request are made from. */
export interface ResolvedImage extends Required<ImageProperties> {
  /** What was written, without the defaults: a default that changes builds no image anew. */
  readonly given: ImageProperties;
  readonly diskMiB: number;
  /** "sha256:<hex>" of the installer's medium, if there is one. */
  readonly isoChecksum?: string | undefined;
  /** Fingerprint of the image that it is built on, if there is one. */
  readonly base?: string | undefined;
  /** The sealing steps in their order. */
  readonly sealSteps: readonly SealStep[];
  /** All of them: the kickstart's, the build login's, and those of provisioners. */
  readonly secrets: readonly Secret[];
  /** Those without which nothing can be installed: the kickstart's and the build login's. */
  readonly installSecrets: readonly Secret[];
  /** The provisioners as read. */
  readonly steps: readonly Step[];
}

/** The table's columns: every property of `ImageProps`. `constructs/` adds the kickstart to those of this folder. */
type Columns = Required<ImageProperties> & { readonly kickstart: object };

const digest = z.string().regex(/^[0-9a-f]{64}$/, "write a sha256 of 64 hex digits");
const isoChecksum = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'write "sha256:" and 64 hex digits');

/** Ends a build: the sealing script removes what only the build needed and powers off. */
const SEAL_COMMAND = "sudo -n /bin/sh /dev/shm/os-images-seal.sh";

const WEEK_SECONDS = 7 * 24 * 3600;

/**
 * Every property of an image, in one table: what may be written, what stands for it, whether it is in the fingerprint,
 * and how it gets to Packer. The recipe, the checks at synth, parts of the JSON Schemas and docs/properties.md are made
 * from it. A default may use the rows above it.
 */
export const PROPERTIES = {
  name: {
    kind: text(requireDnsLabel),
    fingerprint: "outside",
    packer: { vm_name: (name, { format }) => `${name}.${format}` },
  },
  release: { kind: object<OsRelease>("an OsRelease"), fingerprint: "outside", goesTo: "the boot line and the checks" },
  medium: {
    kind: object<InstallMedium>("an InstallMedium"),
    fingerprint: "inside",
    recipe: part("isoChecksum", isoChecksum.optional(), { of: (image) => image.isoChecksum }),
    reference: "allowed",
    packer: { iso_url: () => "${var.iso_url}", iso_checksum: (_, image) => image.isoChecksum },
  },
  kickstart: {
    kind: object<object>("a Kickstart"),
    fingerprint: "inside",
    recipe: part("kickstart", digest.optional(), { of: (_, kickstartDigest) => kickstartDigest }),
    installer: true,
    reference: "allowed",
    goesTo: "`http_content` or `cd_content`",
  },
  delivery: {
    kind: choice("http", "cd"),
    default: "http",
    fingerprint: "outside",
    installer: true,
    goesTo: "`http_content` or `cd_content`",
  },
  buildLogin: {
    kind: object<Login>("a Login"),
    default: Login.buildKey(),
    fingerprint: "inside",
    recipe: part(
      "login",
      z.strictObject({ kind: z.enum(["buildKey", "password", "privateKey", "none"]), username: z.string() }),
      { of: ({ buildLogin: { kind, username } }) => ({ kind, username }) },
    ),
    goesTo: "`communicator`, `ssh_*`",
  },
  login: { kind: object<ImageLogin>("an ImageLogin"), default: loginLeft, fingerprint: "outside", goesTo: "consumers" },
  provisioners: {
    kind: listOf({
      words: "files of scripts and Provisioners",
      schema: z.custom<string | Provisioner>((value) => typeof value === "string" || value instanceof Provisioner),
    }),
    default: [],
    fingerprint: "inside",
    stage: "provision",
    recipe: part("provisioners", z.array(stepRecipeSchema), { of: ({ steps }) => steps.map(stepRecipe) }),
    goesTo: "`provisioner`",
  },
  skipSealSteps: {
    kind: choices(...SEAL_STEPS),
    default: [],
    fingerprint: "inside",
    stage: "seal",
    recipe: part("seal", digest, { of: ({ sealSteps, buildLogin }) => sha256(sealText(sealSteps, buildLogin)) }),
    goesTo: "the sealing script",
  },
  revision: { kind: text(), default: "1", fingerprint: "inside" },
  firmware: {
    kind: choice("bios", "uefi"),
    default: ({ medium }) => medium.base?.firmware ?? "bios",
    fingerprint: "inside",
    goesTo: "`efi_boot`, `efi_firmware_*`",
  },
  machineType: {
    kind: text(),
    default: ({ firmware, release }) => (firmware === "uefi" ? release.uefiMachineType : "pc"),
    fingerprint: "inside",
    packer: { machine_type: (type) => type },
  },
  cpuModel: { kind: text(), default: "max", fingerprint: "inside", packer: { cpu_model: (model) => model } },
  memoryMiB: {
    kind: wholeNumber(64, 4 * 1024 * 1024),
    default: ({ release }) => Math.max(2048, release.minimumMemoryMiB),
    fingerprint: "inside",
    packer: { memory: (mib) => mib },
  },
  diskSize: {
    kind: text(parseDiskSize),
    default: ({ medium: { base } }) => (base?.diskMiB === undefined ? "10G" : `${base.diskMiB}M`),
    fingerprint: "inside",
    recipe: part("diskMiB", z.number().int(), { of: ({ diskMiB }) => diskMiB }),
    packer: { disk_size: (_, { diskMiB }) => `${diskMiB}M` },
  },
  format: {
    kind: choice("qcow2", "raw"),
    default: "qcow2",
    fingerprint: "inside",
    stage: "seal",
    packer: { format: (format) => format },
  },
  compression: {
    kind: choice("zstd", "zlib", "none"),
    default: ({ format }) => (format === "raw" ? "none" : "zstd"),
    fingerprint: "inside",
    stage: "seal",
    goesTo: "`skip_compaction`, `disk_compression`, `qemu_img_args`",
  },
  diskInterface: {
    kind: choice("virtio", "virtio-scsi", "sata", "ide", "nvme"),
    default: "virtio",
    fingerprint: "inside",
    packer: { disk_interface: (disk) => (disk === "sata" ? "ide" : disk) },
  },
  netDevice: {
    kind: text(),
    default: "virtio-net",
    fingerprint: "inside",
    packer: { net_device: (device) => device },
  },
  shutdownCommand: {
    kind: text(),
    default: SEAL_COMMAND,
    fingerprint: "inside",
    stage: "seal",
    recipe: part("shutdownCommand", z.string().optional(), {
      of: ({ buildLogin, shutdownCommand }) => (buildLogin.kind === "none" ? undefined : shutdownCommand),
    }),
    packer: { shutdown_command: (command, { buildLogin }) => (buildLogin.kind === "none" ? "" : command) },
  },
  proof: {
    kind: choice("boot", "none"),
    default: ({ buildLogin }) => (buildLogin.kind === "none" ? "boot" : "none"),
    fingerprint: "outside",
    setting: true,
    goesTo: "the builder",
  },
  accelerator: {
    kind: choice("auto", "kvm", "hvf", "tcg"),
    default: "auto",
    fingerprint: "outside",
    setting: true,
    packer: { accelerator: () => "${var.accelerator}" },
  },
  cpus: {
    kind: orAuto(wholeNumber(1, 1024)),
    default: "auto",
    fingerprint: "outside",
    setting: true,
    packer: { cpus: () => "${var.cpus}" },
  },
  headless: { kind: yesOrNo(), default: true, fingerprint: "outside", packer: { headless: () => "${var.headless}" } },
  boot: {
    kind: choice("bootCommand", "kernel"),
    default: "bootCommand",
    fingerprint: "outside",
    installer: true,
    goesTo: "`boot_command` or `qemuargs`",
  },
  bootCommand: {
    kind: texts(),
    default: ({ release, firmware, delivery, buildLogin }) =>
      defaultBootCommand(release, firmware, delivery, buildLogin),
    fingerprint: "inside",
    recipe: part("bootCommand", z.array(z.string()).optional(), {
      of: ({ given }) => given.bootCommand && [...given.bootCommand],
    }),
    installer: true,
    packer: { boot_command: (keys, { boot }) => (boot === "kernel" ? "${var.boot_command}" : keys) },
  },
  bootWaitSeconds: {
    kind: wholeNumber(0, 3600),
    default: 10,
    fingerprint: "outside",
    installer: true,
    packer: { boot_wait: (seconds) => `${seconds}s` },
  },
  bootKeyIntervalMs: {
    kind: wholeNumber(1, 10_000),
    default: 10,
    fingerprint: "outside",
    installer: true,
    packer: { boot_key_interval: (ms) => `${ms}ms` },
  },
  installTimeoutSeconds: {
    kind: orAuto(wholeNumber(1, WEEK_SECONDS)),
    default: "auto",
    fingerprint: "outside",
    installer: true,
    setting: true,
    goesTo: "`ssh_timeout`",
  },
  loginTimeoutSeconds: {
    kind: orAuto(wholeNumber(1, WEEK_SECONDS)),
    default: "auto",
    fingerprint: "outside",
    setting: true,
    goesTo: "`ssh_timeout`",
  },
  packerVariables: {
    kind: textsByName(),
    default: {},
    fingerprint: "inside",
    installer: true,
    recipe: part("packerVariables", z.record(z.string(), z.string()).optional(), {
      of: ({ packerVariables }) => (Object.keys(packerVariables).length > 0 ? packerVariables : undefined),
    }),
    goesTo: "`variable`",
  },
  remote: {
    kind: text((address) => void (address === "" || parseAddress(address))),
    default: "",
    fingerprint: "outside",
    setting: true,
    goesTo: "the builder",
  },
  remoteMode: {
    kind: choice("share", "read", "required"),
    default: "share",
    fingerprint: "outside",
    setting: true,
    goesTo: "the builder",
  },
  checkpoints: {
    kind: choice("all", "install", "none"),
    default: "all",
    fingerprint: "outside",
    setting: true,
    goesTo: "the builder",
  },
  checkpointMaxAgeDays: {
    kind: wholeNumber(0, 36_500),
    default: 30,
    fingerprint: "outside",
    setting: true,
    goesTo: "the builder",
  },
  store: { kind: text(), default: "images", fingerprint: "outside", goesTo: "the request's folder" },
} as const satisfies { readonly [Name in keyof Columns]: Property<Columns[Name], ResolvedImage> };

/** The rows of the table, for what treats all of them alike. */
export const ROWS = Object.entries(PROPERTIES) as readonly (readonly [
  keyof Columns,
  Property<unknown, ResolvedImage>,
])[];

function part<const Key extends string, Schema extends z.ZodType>(
  key: Key,
  schema: Schema,
  { of }: Pick<RecipePart<Key, Schema, ResolvedImage>, "of">,
): RecipePart<Key, Schema, ResolvedImage> {
  return { key, schema, of };
}

/** A login that the build leaves in the image is one that machines have, and so is one of the image that is built on. */
function loginLeft({ buildLogin: { kind, username }, medium: { base } }: ResolvedImage): ImageLogin {
  if (kind === "password") return { username, method: "password" };
  if (kind === "privateKey") return { username, method: "key" };
  return base?.login ?? { username: "", method: "none" };
}

function requireDnsLabel(name: string): void {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return;
  throw new UserError(`image name "${name}" is not a DNS label: write a-z, 0-9 and -, at most 63, no - at either end`);
}
