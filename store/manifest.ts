import { z } from "zod";

/** `manifest.json`: written last; an image exists if and only if it is there. */
export const manifestSchema = z.strictObject({
  name: z.string(),
  /** 64 hex digits. */
  fingerprint: z.string(),
  recipeVersion: z.number().int(),
  revision: z.string(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  /** What a machine starts the image by. */
  firmware: z.enum(["bios", "uefi"]),
  disk: z.strictObject({
    /** File name beside the manifest. */
    file: z.string(),
    format: z.string(),
    sizeBytes: z.number().int(),
    virtualSizeBytes: z.number().int(),
    /** 64 hex digits, of the file's bytes. */
    sha256: z.string(),
  }),
  source: z.strictObject({ iso: z.string(), isoChecksum: z.string(), release: z.string() }),
  build: z.strictObject({
    seconds: z.number(),
    accelerator: z.string(),
    phases: z.array(z.strictObject({ name: z.string(), seconds: z.number() })),
    /** Tool name to its version, e.g. { packer: "1.15.0", qemu: "7.2.22" }. */
    tools: z.record(z.string(), z.string()),
  }),
  exports: z.array(z.unknown()),
});

export type Manifest = z.infer<typeof manifestSchema>;
