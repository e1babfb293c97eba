import { MANIFEST_FILE, NOT_OF_THE_IMAGE, RECIPE_FOLDER } from "../store/layout";
import { MANIFEST_VERSION, manifestSchema, type Manifest, type StoredFile } from "../store/manifest";
import { printable } from "../util/lines";
import { type ImageKey, type Remote, RemoteError } from "./remote";

/** Longest manifest that is read, in bytes. */
export const MAX_MANIFEST_BYTES = 1024 * 1024;

/** Largest disk that is fetched, in bytes: 64 TiB, the largest that an image may have. */
const MAX_DISK_BYTES = 64 * 2 ** 40;

/** Largest of the other files, in bytes. */
const MAX_FILE_BYTES = 2 ** 32;

/** The manifest of an image in a remote, and all its files, the disk last. */
export interface RemoteImage {
  readonly key: ImageKey;
  readonly manifest: Manifest;
  /** As it was read, byte for byte. */
  readonly text: string;
  readonly disk: StoredFile;
  readonly files: readonly StoredFile[];
}

/**
 * Reads an image's manifest out of a remote; undefined if there is no such image. All in it is hostile: names stay in the
 * image's folder, sizes have bounds, digests have their form.
 * @throws RemoteError, kind "damaged", if it is not sound, or is that of another image
 */
export async function readRemote(remote: Remote, key: ImageKey): Promise<RemoteImage | undefined> {
  const text = await remote.manifest(key);
  if (text === undefined) return undefined;
  const refuse = (reason: string): never => {
    throw new RemoteError(`${titleOf(remote, key)} is refused: ${printable(reason).slice(0, 300)}`, "damaged");
  };
  const value = parse(text) ?? refuse("its manifest.json is no JSON");
  if (value.manifestVersion !== MANIFEST_VERSION) {
    refuse(`its manifest.json has version ${JSON.stringify(value.manifestVersion)}, and this program knows 1`);
  }
  const { data, error } = manifestSchema.safeParse(value);
  const [issue] = error?.issues ?? [];
  const manifest = data ?? refuse(`its manifest.json is not sound: ${issue?.path.join(".")}: ${issue?.message}`);
  const reason = faultOf(manifest, key);
  if (reason !== undefined) refuse(reason);
  const { file: path, sizeBytes, sha256 } = manifest.disk;
  const disk = { path, sizeBytes, sha256 };
  return { key, manifest, text, disk, files: [...(manifest.files ?? []), disk] };
}

/** What an image in a remote is called in messages. */
export function titleOf({ title }: Pick<Remote, "title">, { name, shortFingerprint }: ImageKey): string {
  return `the image ${name}/${shortFingerprint} of ${title}`;
}

function parse(text: string): { readonly manifestVersion?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function faultOf({ name, fingerprint, disk, files = [] }: Manifest, key: ImageKey): string | undefined {
  if (name !== key.name || !/^[0-9a-f]{64}$/.test(fingerprint) || !fingerprint.startsWith(key.shortFingerprint)) {
    return `its manifest is that of ${name} ${fingerprint}`;
  }
  if (disk.format !== "qcow2" && disk.format !== "raw") return `its disk has the format ${disk.format}`;
  if (disk.file !== `${name}.${disk.format}`) return `its disk is named ${disk.file}`;
  if (!/^[0-9a-f]{64}$/.test(disk.sha256)) return "its disk has no sha256";
  if (disk.sizeBytes < 512 || disk.sizeBytes > MAX_DISK_BYTES) return `its disk has ${disk.sizeBytes} bytes`;
  if (disk.virtualSizeBytes < 512 || disk.virtualSizeBytes > MAX_DISK_BYTES) {
    return `its disk has ${disk.virtualSizeBytes} bytes for a machine`;
  }
  const tooLarge = files.find(({ sizeBytes }) => sizeBytes > MAX_FILE_BYTES);
  if (tooLarge !== undefined) return `its file ${tooLarge.path} has ${tooLarge.sizeBytes} bytes`;
  const paths = files.map(({ path }) => path.toLowerCase());
  const reserved = [disk.file, MANIFEST_FILE, RECIPE_FOLDER, ...NOT_OF_THE_IMAGE];
  const taken = paths.find((path, i) => reserved.includes(path) || paths.indexOf(path) !== i);
  return taken === undefined ? undefined : `it has a file named ${taken}`;
}
