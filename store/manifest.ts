import { z } from "zod";

/** Raised whenever a reader of the version before would misread a manifest. */
export const MANIFEST_VERSION = 1;

/** A file of an image, as its manifest promises it. */
export const storedFileSchema = z.object({
  /** A file of the image's folder, or of its folder `recipe`. */
  path: z.string().regex(/^(recipe\/)?(?!\.)[A-Za-z0-9._-]+$/),
  sizeBytes: z.number().int().nonnegative(),
  /** 64 hex digits, of the file's bytes. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export type StoredFile = z.infer<typeof storedFileSchema>;

/** The image that another one was built on. Both digests have 64 hex digits; `sha256` is its disk's. */
const baseSchema = z.object({ name: z.string(), fingerprint: z.string(), sha256: z.string() });

/**
 * `manifest.json`: written last; an image exists if and only if it is there. Within a version fields may be added, which
 * readers pass over.
 */
export const manifestSchema = z.object({
  manifestVersion: z.literal(MANIFEST_VERSION),
  name: z.string(),
  /** 64 hex digits. */
  fingerprint: z.string(),
  recipeVersion: z.number().int(),
  revision: z.string(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  /** What a machine starts the image by. */
  firmware: z.enum(["bios", "uefi"]),
  disk: z.object({
    /** File name beside the manifest. */
    file: z.string().regex(/^[^/]+$/),
    format: z.string(),
    sizeBytes: z.number().int(),
    virtualSizeBytes: z.number().int(),
    /** 64 hex digits, of the file's bytes. */
    sha256: z.string(),
  }),
  /** The builder's other files: recipe, logs, screenshot. Absent in images of earlier builders. */
  files: z.array(storedFileSchema).max(1000).optional(),
  /** What it was made from: an installer's medium, or another image. */
  source: z.union([
    z.object({ iso: z.string(), isoChecksum: z.string(), release: z.string() }),
    z.object({ base: baseSchema, release: z.string() }),
  ]),
  build: z.object({
    seconds: z.number(),
    accelerator: z.string(),
    phases: z.array(z.object({ name: z.string(), seconds: z.number() })),
    /** Tool name to its version, e.g. { packer: "1.15.0", qemu: "7.2.22" }. */
    tools: z.record(z.string(), z.string()),
  }),
  /** The parts of the build, in order: their fingerprints, and the checkpoint that stood for one. */
  stages: z
    .array(
      z.object({
        name: z.string(),
        /** 64 hex digits. */
        fingerprint: z.string(),
        /** `madeAt` is ISO 8601, UTC; `madeFor` is the image whose build made it. */
        checkpoint: z.object({ madeAt: z.string(), madeFor: z.string() }).optional(),
      }),
    )
    .optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Raised whenever a reader of the version before would misread an export's manifest. */
export const EXPORT_MANIFEST_VERSION = 1;

const exportedFile = z.object({
  /** File name beside the manifest. */
  file: z.string().regex(/^[^/]+$/),
  sizeBytes: z.number().int(),
  /** 64 hex digits. */
  sha256: z.string(),
});

/** `manifest.json` of an export: written last; an export exists if and only if it is there. */
export const exportManifestSchema = z.object({
  exportManifestVersion: z.literal(EXPORT_MANIFEST_VERSION),
  /** The image's name. */
  name: z.string(),
  /** 64 hex digits: the export's own. */
  fingerprint: z.string(),
  /** Such as "azure", with the options that it was made with. */
  platform: z.looseObject({ kind: z.string() }),
  /** What it was made of; the digest is the disk's, where it was known. */
  image: z.object({ fingerprint: z.string(), sha256: z.string().optional() }),
  /**
   * What was changed inside the installed system: the script's digest, and the stage of the image whose checkpoint that went
   * on from. No stage: it was installed anew. Absent if nothing was changed: then the image's disk was converted.
   */
  inside: z.object({ script: z.string(), after: z.string().optional() }).optional(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  /** The artefact first, then what goes with it. */
  files: z.tuple([exportedFile], exportedFile),
  /** How many of the platform's rules it was checked against; it broke none. */
  rules: z.number().int(),
  seconds: z.number(),
  /** Tool name to its version. */
  tools: z.record(z.string(), z.string()),
});

export type ExportManifest = z.infer<typeof exportManifestSchema>;
