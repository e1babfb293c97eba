import { z } from "zod";

/**
 * Raised when the builder or the rendering changes what comes out of an unchanged description; every image is then
 * built anew.
 */
export const RECIPE_VERSION = 2;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "write a sha256 of 64 hex digits");

/**
 * All that decides what is in an image, and nothing else: two equal recipes give interchangeable images.
 * Accelerator, number of cpus, ports, display, boot keys, time-outs, folders and the way the kickstart is delivered are
 * outside on purpose.
 */
export const recipeSchema = z.strictObject({
  recipeVersion: z.number().int(),
  /** Raised by the user to build anew from today's repositories, e.g. "2026-11". */
  revision: z.string(),
  /** sha256 of the kickstart as Terraform writes it, its `@@markers@@` not yet replaced. */
  kickstart: sha256,
  /** sha256 of each provisioning script, in order. */
  provisioners: z.array(sha256),
  /** sha256 of the sealing script, which runs last and removes what only the build needed; absent without a login. */
  seal: sha256.optional(),
  /** What ends the build in the guest, and runs the sealing script; absent without a login. */
  shutdownCommand: z.string().optional(),
  /** The medium's digest, e.g. "sha256:07b9...". */
  isoChecksum: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'write "sha256:" and 64 hex digits'),
  firmware: z.enum(["bios", "uefi"]),
  machineType: z.string(),
  cpuModel: z.string(),
  memoryMiB: z.number().int(),
  diskMiB: z.number().int(),
  format: z.enum(["qcow2", "raw"]),
  compression: z.enum(["zstd", "zlib", "none"]),
  diskInterface: z.enum(["virtio", "virtio-scsi", "sata", "ide", "nvme"]),
  netDevice: z.string(),
  /** How the build logs in, and as whom: the sealing step removes that user again. */
  login: z.strictObject({ kind: z.enum(["buildKey", "password", "privateKey", "none"]), username: z.string() }),
  secrets: z.array(z.strictObject({ name: z.string(), version: z.string() })),
});

export type Recipe = z.infer<typeof recipeSchema>;
