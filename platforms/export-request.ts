import { z } from "zod";
import { canonicalJson } from "../recipe/fingerprint";
import { sha256 } from "../util/digest";
import { type PlatformRecipe, platformRecipeSchema } from "./platform";

/** Raised when a converter or a rule changes what comes out of an unchanged export; every export is then made anew. */
export const EXPORT_VERSION = 1;

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** All that decides what is in an export, and nothing else. */
const exportRecipeSchema = z.strictObject({
  exportVersion: z.literal(EXPORT_VERSION),
  /** The image's fingerprint. */
  image: digest,
  firmware: z.enum(["bios", "uefi"]),
  platform: platformRecipeSchema,
});

export type ExportRecipe = z.infer<typeof exportRecipeSchema>;

/**
 * `export.json`: the export that one Terraform state asks the store for. It lies in
 * `<store>/<name>/<image>/exports/<platform>-<fingerprint>/requests/<stackKey>/`, with 12 digits of each fingerprint.
 */
export const exportRequestSchema = z.strictObject({
  requestVersion: z.literal(1),
  /** The image's name, a DNS label. */
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/),
  /** 64 hex digits; it is computed again from the recipe, and another one is refused. */
  fingerprint: digest,
  recipe: exportRecipeSchema,
  /** Disk of an image made elsewhere. @default - that of the store's image */
  disk: z.strictObject({ path: z.string(), format: z.enum(["qcow2", "raw"]) }).optional(),
});

export type ExportRequest = z.infer<typeof exportRequestSchema>;

/** What decides an export. The image's fingerprint may be a reference to a Terraform value. */
export function exportRecipe(image: string, firmware: "bios" | "uefi", platform: PlatformRecipe): ExportRecipe {
  return { exportVersion: EXPORT_VERSION, image, firmware, platform };
}

/** The fingerprint of an export: sha256 over its recipe's canonical JSON, 64 hex digits. */
export function exportFingerprint(recipe: ExportRecipe): string {
  return sha256(canonicalJson(recipe));
}
