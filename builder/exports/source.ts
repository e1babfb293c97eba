import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { requireTool } from "../../host/find";
import type { ExportRequest } from "../../platforms/export-request";
import type { SourceImage } from "../../platforms/make";
import { readOwnImage } from "../../store/image";
import type { ImagePaths } from "../../store/layout";
import type { Manifest } from "../../store/manifest";
import { UserError } from "../../util/user-error";

/** An image that is going to be exported, and what its disk's bytes have to be. */
export interface Source extends SourceImage {
  /** 64 hex digits. Undefined for an image made elsewhere. */
  readonly sha256?: string;
  /** Undefined for an image made elsewhere. */
  readonly image?: Manifest;
}

/**
 * An image of the store as exports take it.
 * @throws UserError on an image that is not there, or that is damaged
 */
export function storedSource(paths: ImagePaths): Source {
  const title = `${paths.name}/${paths.shortFingerprint}`;
  const found = readOwnImage(paths);
  if (found.kind === "absent") throw new UserError(`image ${title} is not built yet: deploy it first`);
  if (found.kind === "damaged") {
    throw new UserError(
      `image ${title} is damaged: ${found.reason}; run os-images verify ${paths.name}, and deploy it again`,
    );
  }
  const { name, fingerprint, revision, firmware, disk, source } = found.manifest;
  if (disk.format !== "qcow2" && disk.format !== "raw") {
    throw new UserError(`image ${title} has the format "${disk.format}": only qcow2 and raw are exported`);
  }
  const { format, virtualSizeBytes, sha256 } = disk;
  const file = { path: join(paths.image, disk.file), format, virtualSizeBytes } as const;
  return { name, fingerprint, revision, title: source.release, firmware, disk: file, sha256, image: found.manifest };
}

/**
 * The same for an image made elsewhere.
 * @throws UserError on a disk that is not there, or that is not of its format
 */
export async function foreignSource(
  { name, recipe }: { readonly name: string; readonly recipe: Pick<ExportRequest["recipe"], "image" | "firmware"> },
  { path, format }: NonNullable<ExportRequest["disk"]>,
): Promise<Source> {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new UserError(`the disk of image "${name}" is missing: ${path}: put it there`);
  }
  const virtualSizeBytes = await virtualSize(path, format);
  const { image: fingerprint, firmware } = recipe;
  return { name, fingerprint, revision: "", title: name, firmware, disk: { path, format, virtualSizeBytes } };
}

async function virtualSize(path: string, format: string): Promise<number> {
  const words = ["info", "--output=json", "-f", format, path];
  try {
    const { stdout } = await promisify(execFile)(requireTool("qemu-img").path, words);
    return (JSON.parse(stdout) as { "virtual-size": number })["virtual-size"];
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = String((error as { stderr?: string }).stderr)
      .trim()
      .split("\n")
      .at(-1);
    throw new UserError(`${path} is no ${format} disk: ${reason}`);
  }
}
