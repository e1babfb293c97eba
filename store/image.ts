import { mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { printable } from "../util/lines";
import { UserError } from "../util/user-error";
import type { z } from "zod";
import { type ExportPaths, MANIFEST_FILE, NOT_OF_THE_IMAGE, type ImagePaths } from "./layout";
import {
  EXPORT_MANIFEST_VERSION,
  type ExportManifest,
  exportManifestSchema,
  MANIFEST_VERSION,
  manifestSchema,
  type Manifest,
} from "./manifest";

/** What is found under the name of an image, or of an export. */
export type StateOf<Content> =
  | { readonly kind: "absent" }
  | { readonly kind: "present"; readonly manifest: Content }
  /** A file is not what its manifest says, or the manifest is damaged itself. */
  | { readonly kind: "damaged"; readonly reason: string; readonly manifest?: Content }
  /** Made by another version of this program: only that one may judge it. */
  | { readonly kind: "foreign"; readonly reason: string };

export type ImageState = StateOf<Manifest>;
export type ExportState = StateOf<ExportManifest>;

/**
 * Reads an image without its disk's bytes: the manifest, and whether the disk is there in its size. Throws the file
 * system's error if the manifest cannot be read.
 */
export function readImage(paths: ImagePaths): ImageState {
  const version = { key: "manifestVersion", known: MANIFEST_VERSION };
  return read(paths, version, manifestSchema, ({ disk }) => [disk]);
}

/** The same for an export. */
export function readExport(paths: ExportPaths): ExportState {
  const version = { key: "exportManifestVersion", known: EXPORT_MANIFEST_VERSION };
  return read(paths, version, exportManifestSchema, ({ files }) => files);
}

/** A file that a manifest describes. */
export interface DescribedFile {
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

function read<Content extends { readonly name: string; readonly fingerprint: string }>(
  { image, manifest: file, name, shortFingerprint }: ImagePaths,
  version: { readonly key: string; readonly known: number },
  schema: z.ZodType<Content>,
  filesOf: (manifest: Content) => readonly DescribedFile[],
): StateOf<Content> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { kind: "absent" };
    throw error;
  }
  const value = parse(text);
  if (value === undefined) return { kind: "damaged", reason: "its manifest.json is no JSON" };
  if (value[version.key] !== version.known) {
    const other = printable(JSON.stringify(value[version.key]) ?? "none");
    return {
      kind: "foreign",
      reason: `its manifest.json has version ${other}, and this program knows ${version.known}`,
    };
  }
  const { data: manifest, error } = schema.safeParse(value);
  if (manifest === undefined) {
    const [issue] = error?.issues ?? [];
    return { kind: "damaged", reason: `its manifest.json is not sound: ${issue?.path.join(".")}: ${issue?.message}` };
  }
  if (manifest.name !== name || !manifest.fingerprint.startsWith(shortFingerprint)) {
    const other = printable(`${manifest.name} ${manifest.fingerprint}`);
    return { kind: "damaged", reason: `its manifest is that of ${other}` };
  }
  const [reason] = filesOf(manifest).flatMap((described) => damageOfFile(image, described) ?? []);
  return reason === undefined ? { kind: "present", manifest } : { kind: "damaged", reason, manifest };
}

/**
 * As `readImage`, for who would build the image.
 * @throws UserError if another version of this program made it
 */
export function readOwnImage(paths: ImagePaths): Exclude<ImageState, { kind: "foreign" }> {
  const found = readImage(paths);
  if (found.kind !== "foreign") return found;
  throw new UserError(
    `the image ${paths.name} ${paths.shortFingerprint} was made by another version of os-images: ${found.reason}; ` +
      "use that version, or raise the image's revision",
    1,
  );
}

/**
 * As `readExport`, for who would make the export.
 * @throws UserError if another version of this program made it
 */
export function readOwnExport(paths: ExportPaths): Exclude<ExportState, { kind: "foreign" }> {
  const found = readExport(paths);
  if (found.kind !== "foreign") return found;
  throw new UserError(
    `the export ${paths.image} was made by another version of os-images: ${found.reason}; use that version, or remove it`,
    1,
  );
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function damageOfFile(folder: string, { file, sizeBytes }: DescribedFile): string | undefined {
  const size = statSync(join(folder, file), { throwIfNoEntry: false })?.size;
  if (size === undefined) return `${printable(file)} is missing`;
  return size === sizeBytes ? undefined : `${printable(file)} has ${size} bytes, not ${sizeBytes}`;
}

/**
 * Moves the files of a damaged image, or of a damaged export, into quarantine, `<store>/.damaged`, and gives the folder. The manifest goes first, so
 * that it is no image any more from the first moment. What others wrote there stays: requests, users, a pin.
 */
export function quarantine({ image, damaged, name, shortFingerprint }: ImagePaths, now: Date = new Date()): string {
  const folder = join(damaged, `${name}-${shortFingerprint}-${now.toISOString().replace(/[:.]/g, "-")}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const entries = readdirSync(image).filter((entry) => !NOT_OF_THE_IMAGE.includes(entry));
  entries.sort((a, b) => Number(b === MANIFEST_FILE) - Number(a === MANIFEST_FILE));
  for (const entry of entries) renameSync(join(image, entry), join(folder, basename(entry)));
  return folder;
}
