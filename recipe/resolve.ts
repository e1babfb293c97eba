import { isDeepStrictEqual } from "node:util";
import { UserError } from "../util/user-error";
import type { ImageProperties } from "./image-properties";
import { refuseUnfitForBase } from "./on-base";
import { parseDiskSize, requireKind } from "./property-kinds";
import { type ResolvedImage, ROWS } from "./properties";
import type { Secret } from "./secret";
import { stepSecrets } from "./steps";
import { sealSteps } from "./seal";
import { ownVariables } from "./template";

/** What an image needs from elsewhere: files read, checksums looked up, the fingerprint of its base. */
export type Inputs = Pick<ResolvedImage, "isoChecksum" | "base" | "installSecrets" | "steps">;

/**
 * Checks the values and computes the defaults.
 * @throws UserError on a value that no image can be built from
 */
export function resolveImage(props: ImageProperties & { readonly name: string }, inputs: Inputs): ResolvedImage {
  const resolved: Record<string, unknown> = { ...inputs, secrets: allSecrets(inputs), given: props };
  for (const [property, row] of ROWS) {
    if (property === "kickstart") continue;
    const value = props[property] ?? defaultOf(row.default, resolved as unknown as ResolvedImage);
    requireKind(property, value, row.kind);
    resolved[property] = value;
  }
  resolved["diskMiB"] = parseDiskSize(resolved["diskSize"] as string);
  const image = resolved as unknown as ResolvedImage;
  resolved["sealSteps"] = sealSteps(image.buildLogin, image.skipSealSteps);
  refuseContradictions(image);
  return image;
}

/** Equal ones once. */
function allSecrets({ installSecrets, steps }: Inputs): Secret[] {
  const all = [...installSecrets, ...steps.flatMap(stepSecrets)];
  return all.filter((secret, index) => all.findIndex((other) => isDeepStrictEqual(other, secret)) === index);
}

function defaultOf(value: unknown, image: ResolvedImage): unknown {
  return typeof value === "function" ? (value as (image: ResolvedImage) => unknown)(image) : value;
}

/** What no row of the table can see alone. */
function refuseContradictions(image: ResolvedImage): void {
  const { name, format, compression, packerVariables, secrets, buildLogin, steps } = image;
  refuseUnfitForBase(image);
  requireReachableCd(image);
  for (const variable of Object.keys(packerVariables)) {
    if (!/^[a-z][a-z0-9_]*$/.test(variable)) {
      throw new UserError(`packer variable "${variable}" of image "${name}" is not valid: write a-z, 0-9 and _`);
    }
    if (variable in ownVariables(image)) {
      throw new UserError(`packer variable "${variable}" of image "${name}" is the template's own: write another name`);
    }
  }
  if (format === "raw" && compression !== "none") {
    throw new UserError(
      `compression of image "${name}" is "${compression}", but a raw disk is never compressed: ` +
        `write compression: "none" or format: "qcow2"`,
    );
  }
  if (buildLogin.kind === "none" && steps.length > 0) {
    throw new UserError(
      `image "${name}" has provisioners, but nobody logs in to run them: write their scripts as %post sections, or ` +
        "take another login than Login.none()",
    );
  }
  const names = secrets.map((secret) => secret.name);
  const twice = names.find((secret, index) => names.indexOf(secret) !== index);
  if (twice !== undefined) {
    throw new UserError(`image "${name}" has two secrets named "${twice}" that differ: give one another name`);
  }
}

/**
 * OVMF starts a kernel that it is given before it looks for drives (OvmfPkg/Library/PlatformBootManagerLib), and Linux
 * passes over IDE channels that nobody switched on (drivers/ata/ata_piix.c). The demo installer, whose default such a
 * machine is, does that itself.
 */
function requireReachableCd({ name, firmware, boot, machineType, release }: ResolvedImage): void {
  if (firmware !== "uefi" || boot !== "kernel" || !/^pc($|-i440fx)/.test(machineType)) return;
  if (release.uefiMachineType === "pc") return;
  throw new UserError(
    `image "${name}" would not find its medium: UEFI firmware that starts a kernel directly leaves the IDE drives of ` +
      `machine type "${machineType}" off; write machineType: "q35", or boot: "bootCommand"`,
  );
}
