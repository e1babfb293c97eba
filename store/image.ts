import { mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { printable } from "../util/lines";
import { UserError } from "../util/user-error";
import { MANIFEST_FILE, NOT_OF_THE_IMAGE, type ImagePaths } from "./layout";
import { MANIFEST_VERSION, manifestSchema, type Manifest } from "./manifest";

/** What is found under an image's name. */
export type ImageState =
  | { readonly kind: "absent" }
  | { readonly kind: "present"; readonly manifest: Manifest }
  /** Its disk is not what its manifest says, or the manifest is damaged itself. */
  | { readonly kind: "damaged"; readonly reason: string; readonly manifest?: Manifest }
  /** Made by another version of this program: only that one may judge it. */
  | { readonly kind: "foreign"; readonly reason: string };

/**
 * Reads an image without its disk's bytes: the manifest, and whether the disk is there in its size. Throws the file
 * system's error if the manifest cannot be read.
 */
export function readImage({ image, manifest: file, name, shortFingerprint }: ImagePaths): ImageState {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { kind: "absent" };
    throw error;
  }
  const value = parse(text);
  if (value === undefined) return { kind: "damaged", reason: "its manifest.json is no JSON" };
  if (value.manifestVersion !== MANIFEST_VERSION) {
    const version = printable(JSON.stringify(value.manifestVersion) ?? "none");
    return {
      kind: "foreign",
      reason: `its manifest.json has version ${version}, and this program knows ${MANIFEST_VERSION}`,
    };
  }
  const { data: manifest, error } = manifestSchema.safeParse(value);
  if (manifest === undefined) {
    const [issue] = error.issues;
    return { kind: "damaged", reason: `its manifest.json is not sound: ${issue?.path.join(".")}: ${issue?.message}` };
  }
  if (manifest.name !== name || !manifest.fingerprint.startsWith(shortFingerprint)) {
    const other = printable(`${manifest.name} ${manifest.fingerprint}`);
    return { kind: "damaged", reason: `its manifest is that of ${other}` };
  }
  const reason = damageOfDisk(join(image, manifest.disk.file), manifest.disk);
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

function parse(text: string): { readonly manifestVersion?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function damageOfDisk(path: string, { file, sizeBytes }: Manifest["disk"]): string | undefined {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return `${printable(file)} is missing`;
  return size === sizeBytes ? undefined : `${printable(file)} has ${size} bytes, not ${sizeBytes}`;
}

/**
 * Moves a damaged image's files into quarantine, `<store>/.damaged`, and gives the folder. The manifest goes first, so
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
