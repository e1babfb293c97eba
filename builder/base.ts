import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SHORT_DIGITS } from "../recipe/fingerprint";
import type { BuildRequest } from "../recipe/request";
import { pathsOfImage } from "../store/layout";
import { UserError } from "../util/user-error";
import { foreignSource, type Source, storedSource } from "./exports/source";
import { rememberedDigest } from "./medium";
import { userPath } from "./request-files";

const run = promisify(execFile);

/** The image that another one is built on, as it lies on this host. Its disk's bytes were checked. */
export interface Base extends Source {
  readonly sha256: string;
}

/**
 * The image that a request builds on. The digest of its disk is remembered by path, size, time and inode.
 * @throws UserError if it is not there, damaged, or not one that this image can be built on
 */
export async function requireBase(
  medium: Extract<BuildRequest["medium"], { readonly kind: "image" }>,
  { base = "", firmware, diskMiB }: BuildRequest["recipe"],
  requestFolder: string,
  qemuImg: string,
): Promise<Base> {
  const { name, disk } = medium;
  const store = userPath(medium.store, requestFolder);
  const source =
    disk === undefined
      ? storedSource(pathsOfImage(store, name, base.slice(0, SHORT_DIGITS)))
      : await foreignSource({ name, recipe: { image: base, firmware } }, disk);
  const title = `the base image "${name}"`;
  if (source.fingerprint !== base) {
    throw new UserError(`${title} in ${store} is ${source.fingerprint}, not ${base}: deploy it again`);
  }
  if (source.firmware !== firmware) {
    throw new UserError(`${title} starts by ${source.firmware}, and this image by ${firmware}: leave out its firmware`);
  }
  await requireOneFile(source, title, qemuImg);
  const mib = Math.ceil(source.disk.virtualSizeBytes / 1024 ** 2);
  if (mib > diskMiB) {
    throw new UserError(`the disk of ${title} has ${mib} MiB, and this image's ${diskMiB}: write diskSize: "${mib}M"`);
  }
  const wanted = source.sha256 ?? base;
  const found = await rememberedDigest(source.disk.path);
  if (found === wanted) return { ...source, sha256: wanted };
  throw new UserError(
    `the disk of ${title} has the sha256 ${found}, not ${wanted}: ${source.disk.path} ` +
      (disk === undefined
        ? `is damaged; run \`npx os-images verify ${name}\` and deploy it again`
        : "is damaged or another one; if it is meant, its sha256 is the fingerprint of Image.fromPath()"),
  );
}

/** What another file would add, no digest covers. */
async function requireOneFile({ disk }: Source, title: string, qemuImg: string): Promise<void> {
  const { stdout } = await run(qemuImg, ["info", "--output=json", "-f", disk.format, disk.path]);
  const info = JSON.parse(stdout) as {
    readonly "backing-filename"?: string;
    readonly "format-specific"?: { readonly data?: { readonly "data-file"?: string } };
  };
  const other = info["backing-filename"] ?? info["format-specific"]?.data?.["data-file"];
  if (other === undefined) return;
  throw new UserError(
    `the disk of ${title} needs another file, ${other}: make one file of them by qemu-img convert, and take that`,
  );
}
