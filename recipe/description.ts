import { defaultBootCommand } from "./boot-command";
import { parseDiskSize } from "./disk-size";
import { Login } from "./login";
import type { OsRelease } from "./release";
import { recipeSchema, type Recipe } from "./recipe";
import { requestSchema } from "./request";
import { UserError } from "../util/user-error";
import { SEAL_STEPS, type SealStep } from "./seal";
import type { Secret } from "./secret";

/** What an image is made of and how it is built, as far as plain values tell. */
export interface DescriptionProps {
  /** Operating system and kickstart dialect. */
  readonly release: OsRelease;
  /**
   * How the build logs in.
   * @default Login.buildKey()
   */
  readonly login?: Login;
  /**
   * Raise it to build anew from today's repositories, such as "2026-11".
   * @default "1"
   */
  readonly revision?: string;
  /** @default "bios" */
  readonly firmware?: Recipe["firmware"];
  /**
   * QEMU machine type, such as "pc" or "q35".
   * @default "pc" for BIOS, what the release's installer takes for UEFI: "q35", of the demo installer "pc"
   */
  readonly machineType?: string;
  /**
   * QEMU CPU model; "max" is all that the accelerator can do.
   * @default "max"
   */
  readonly cpuModel?: string;
  /** @default the more of 2048 and what the release's installer needs */
  readonly memoryMiB?: number;
  /**
   * A number and M, G or T (binary units), such as "5000M".
   * @default "10G"
   */
  readonly diskSize?: string;
  /** @default "qcow2" */
  readonly format?: Recipe["format"];
  /**
   * How the image's file is compressed. QEMU reads "zstd" since 5.1, "zlib" always; writing "zstd" takes a fifth of the time.
   * @default "zstd" for qcow2, "none" for raw, which cannot be compressed
   */
  readonly compression?: Recipe["compression"];
  /** @default "virtio" */
  readonly diskInterface?: Recipe["diskInterface"];
  /**
   * QEMU network device, such as "virtio-net" or "e1000".
   * @default "virtio-net"
   */
  readonly netDevice?: string;
  /** @default "auto": the fastest that boots a guest on the build host */
  readonly accelerator?: "auto" | "kvm" | "hvf" | "tcg";
  /** @default "auto": 2, or 1 under tcg, where the second costs more than it brings */
  readonly cpus?: number | "auto";
  /**
   * False opens QEMU's window.
   * @default true
   */
  readonly headless?: boolean;
  /**
   * How the installer starts: "bootCommand" types it, "kernel" takes kernel and initrd out of the medium and starts them.
   * @default "bootCommand"
   */
  readonly boot?: "bootCommand" | "kernel";
  /**
   * Keys typed at the boot menu (with `boot: "kernel"` only by `packer build` by hand), in Packer's notation; `${var.http_path}` stands before the kickstart's name.
   * @default what the release's boot menu needs
   */
  readonly bootCommand?: readonly string[];
  /**
   * From power-on to the first key: keys typed before the boot menu is there are lost.
   * @default 10
   */
  readonly bootWaitSeconds?: number;
  /**
   * Between two keys.
   * @default 10
   */
  readonly bootKeyIntervalMs?: number;
  /**
   * How the kickstart reaches the installer: "http" from the build host, or "cd" on a CD labelled OEMDRV.
   * @default "http"
   */
  readonly delivery?: "http" | "cd";
  /** @default 3600 */
  readonly installTimeoutSeconds?: number;
  /**
   * From the installed system's start to a login.
   * @default 600
   */
  readonly loginTimeoutSeconds?: number;
  /**
   * Ends the build in the guest; it must run the sealing script, as the default does.
   * @default "sudo -n /bin/sh /dev/shm/os-images-seal.sh"
   */
  readonly shutdownCommand?: string;
  /**
   * Sealing steps that are left out, such as "package-caches".
   * @default none: the image is ready to be cloned
   */
  readonly skipSealSteps?: readonly SealStep[];
  /**
   * Further Packer variables and their defaults, for use in `bootCommand` as `${var.NAME}`.
   * @default none
   */
  readonly packerVariables?: Readonly<Record<string, string>>;
}

/** A description with every default computed: what template and recipe are made from. */
export interface Description extends Required<Omit<DescriptionProps, "skipSealSteps">> {
  readonly name: string;
  readonly diskMiB: number;
  readonly isoUrl: string;
  /** "sha256:<hex>". */
  readonly isoChecksum: string;
  /** The sealing steps in their order; undefined without a login. */
  readonly sealSteps: readonly SealStep[] | undefined;
  readonly secrets: readonly Secret[];
  /** Provisioning scripts in order: file names beside the template. */
  readonly provisioners: readonly { readonly file: string; readonly text: string }[];
}

/** What a description needs from elsewhere: files read, checksums looked up. */
export type DescriptionInputs = Pick<Description, "name" | "isoUrl" | "isoChecksum" | "secrets" | "provisioners">;

/** Properties that take one of a few words; who casts a variable's value gets past the compiler. */
const CHOICES: Readonly<
  Record<
    "firmware" | "format" | "compression" | "diskInterface" | "accelerator" | "boot" | "delivery",
    readonly string[]
  >
> = {
  firmware: recipeSchema.shape.firmware.options,
  format: recipeSchema.shape.format.options,
  compression: recipeSchema.shape.compression.options,
  diskInterface: recipeSchema.shape.diskInterface.options,
  accelerator: requestSchema.shape.settings.shape.accelerator.options,
  boot: ["bootCommand", "kernel"],
  delivery: requestSchema.shape.delivery.options,
};

/** Ends a build: the sealing script removes what only the build needed and powers off. */
const SEAL_COMMAND = "sudo -n /bin/sh /dev/shm/os-images-seal.sh";

/**
 * Computes the defaults and checks the values.
 * @throws UserError on a value that no image can be built from
 */
export function describe(props: DescriptionProps, inputs: DescriptionInputs): Description {
  const { release } = props;
  const firmware = props.firmware ?? "bios";
  const format = props.format ?? "qcow2";
  const delivery = props.delivery ?? "http";
  const boot = props.boot ?? "bootCommand";
  const login = props.login ?? Login.buildKey();
  const description: Description = {
    ...inputs,
    release,
    login,
    revision: props.revision ?? "1",
    firmware,
    machineType: props.machineType ?? (firmware === "uefi" ? release.uefiMachineType : "pc"),
    cpuModel: props.cpuModel ?? "max",
    memoryMiB: props.memoryMiB ?? Math.max(2048, release.minimumMemoryMiB),
    diskSize: props.diskSize ?? "10G",
    diskMiB: parseDiskSize(props.diskSize ?? "10G"),
    format,
    compression: props.compression ?? (format === "raw" ? "none" : "zstd"),
    diskInterface: props.diskInterface ?? "virtio",
    netDevice: props.netDevice ?? "virtio-net",
    accelerator: props.accelerator ?? "auto",
    cpus: props.cpus ?? "auto",
    headless: props.headless ?? true,
    boot,
    bootCommand: props.bootCommand ?? defaultBootCommand(release, firmware, delivery),
    bootWaitSeconds: props.bootWaitSeconds ?? 10,
    bootKeyIntervalMs: props.bootKeyIntervalMs ?? 10,
    delivery,
    installTimeoutSeconds: props.installTimeoutSeconds ?? 3600,
    loginTimeoutSeconds: props.loginTimeoutSeconds ?? 600,
    shutdownCommand: props.shutdownCommand ?? SEAL_COMMAND,
    sealSteps: login.kind === "none" ? undefined : stepsWithout(props.skipSealSteps ?? []),
    packerVariables: props.packerVariables ?? {},
  };
  checkDescription(description);
  return description;
}

function stepsWithout(skipped: readonly SealStep[]): SealStep[] {
  const unknown = skipped.find((step) => !SEAL_STEPS.includes(step));
  if (unknown !== undefined) {
    throw new UserError(`skipSealSteps has "${unknown}": write one of ${SEAL_STEPS.join(", ")}`);
  }
  return SEAL_STEPS.filter((step) => !skipped.includes(step));
}

function checkDescription(description: Description): void {
  const { name } = description;
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
    throw new UserError(
      `image name "${name}" is not a DNS label: write a-z, 0-9 and -, at most 63, no - at either end`,
    );
  }
  for (const [property, choices] of Object.entries(CHOICES)) {
    const value = description[property as keyof typeof CHOICES];
    if (choices.includes(value)) continue;
    throw new UserError(`${property} is "${value}": write ${choices.map((choice) => `"${choice}"`).join(" or ")}`);
  }
  wholeNumber("memoryMiB", description.memoryMiB, 64, 4 * 1024 * 1024);
  if (description.cpus !== "auto") wholeNumber("cpus", description.cpus, 1, 1024);
  wholeNumber("installTimeoutSeconds", description.installTimeoutSeconds, 1, 7 * 24 * 3600);
  wholeNumber("loginTimeoutSeconds", description.loginTimeoutSeconds, 1, 7 * 24 * 3600);
  wholeNumber("bootWaitSeconds", description.bootWaitSeconds, 0, 3600);
  wholeNumber("bootKeyIntervalMs", description.bootKeyIntervalMs, 1, 10_000);
  requireReachableCd(description);
  for (const variable of Object.keys(description.packerVariables)) {
    if (!/^[a-z][a-z0-9_]*$/.test(variable)) {
      throw new UserError(`packer variable "${variable}" of image "${name}" is not valid: write a-z, 0-9 and _`);
    }
  }
  if (description.format === "raw" && description.compression !== "none") {
    throw new UserError(
      `compression of image "${name}" is "${description.compression}", but a raw disk is never compressed: ` +
        `write compression: "none" or format: "qcow2"`,
    );
  }
  const names = description.secrets.map((secret) => secret.name);
  const twice = names.find((secret, index) => names.indexOf(secret) !== index);
  if (twice !== undefined)
    throw new UserError(`image "${name}" has two secrets named "${twice}": give one another name`);
}

/**
 * OVMF starts a kernel that it is given before it looks for drives (OvmfPkg/Library/PlatformBootManagerLib), and Linux
 * passes over IDE channels that nobody switched on (drivers/ata/ata_piix.c). The demo installer, whose default such a
 * machine is, does that itself.
 */
function requireReachableCd({ name, firmware, boot, machineType, release }: Description): void {
  if (firmware !== "uefi" || boot !== "kernel" || !/^pc($|-i440fx)/.test(machineType)) return;
  if (release.uefiMachineType === "pc") return;
  throw new UserError(
    `image "${name}" would not find its medium: UEFI firmware that starts a kernel directly leaves the IDE drives of ` +
      `machine type "${machineType}" off; write machineType: "q35", or boot: "bootCommand"`,
  );
}

function wholeNumber(property: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new UserError(`${property} is ${value}: write a whole number from ${least} to ${most}`);
}
