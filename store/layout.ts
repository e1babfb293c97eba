import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../util/user-error";

/** Where the parts of one image, or of one export of an image, lie. All paths are absolute. */
export interface ImagePaths {
  readonly store: string;
  readonly name: string;
  /** The first 12 digits of the fingerprint. */
  readonly shortFingerprint: string;
  /** Its folder: `<store>/<name>/<fingerprint>`. */
  readonly image: string;
  readonly manifest: string;
  /** Work folders of builds under way: `<store>/.work`. */
  readonly work: string;
  /** The lock of whoever makes it. */
  readonly lock: string;
  /** Evidence of failed builds of this name: `<store>/<name>/.failed`. */
  readonly failed: string;
  /** Images that were found damaged: `<store>/.damaged`. */
  readonly damaged: string;
  /** What has come of this image from a remote: `<store>/.partial/<name>-<fingerprint>`. */
  readonly partial: string;
}

/** Where the parts of an export lie. Its `image` is its own folder, `<image's folder>/exports/<platform>-<fingerprint>`. */
export interface ExportPaths extends ImagePaths {
  /** Such as "azure". */
  readonly platform: string;
  /** The image that it is made of. */
  readonly of: ImagePaths;
}

/**
 * The paths that belong to a request, from where its file lies: `<store>/<name>/<fingerprint>/requests/<key>/build.json`.
 * @throws UserError if it lies anywhere else
 */
export function pathsOfRequest(requestFile: string): ImagePaths {
  return (
    pathsOfFolder(folderOfRequest(requestFile)) ??
    misplaced(requestFile, "<store>/<name>/<first 12 digits of the fingerprint>/requests/<key>/build.json")
  );
}

/**
 * The same for an export: `<image's folder>/exports/<platform>-<fingerprint>/requests/<key>/export.json`.
 * @throws UserError if it lies anywhere else
 */
export function pathsOfExportRequest(requestFile: string): ExportPaths {
  const folder = folderOfRequest(requestFile);
  const exports = folder === undefined ? "" : dirname(folder);
  const image = basename(exports) === EXPORTS_FOLDER ? pathsOfFolder(dirname(exports)) : undefined;
  const [, platform, digits] = EXPORT_NAME.exec(basename(folder ?? "")) ?? [];
  if (image !== undefined && platform !== undefined && digits !== undefined)
    return pathsOfExport(image, platform, digits);
  return misplaced(
    requestFile,
    `<image's folder>/${EXPORTS_FOLDER}/<platform>-<first 12 digits of the fingerprint>/requests/<key>/export.json`,
  );
}

/** The folder of the image or export that a request is for. */
function folderOfRequest(requestFile: string): string | undefined {
  const requests = dirname(dirname(resolve(requestFile)));
  return basename(requests) === REQUESTS_FOLDER ? dirname(requests) : undefined;
}

function pathsOfFolder(image: string | undefined): ImagePaths | undefined {
  if (image === undefined || !/^[0-9a-f]{12}$/.test(basename(image))) return undefined;
  return pathsOfImage(dirname(dirname(image)), basename(dirname(image)), basename(image));
}

function misplaced(requestFile: string, place: string): never {
  throw new UserError(`the request lies in the wrong place: ${resolve(requestFile)}; write ${place}`);
}

/** The folders of a store that hold no images: work folders, locks, damaged images, unfinished fetches, checkpoints. */
export function storeFolders(store: string): {
  readonly work: string;
  readonly locks: string;
  readonly damaged: string;
  readonly partial: string;
  readonly checkpoints: string;
} {
  return {
    work: join(store, ".work"),
    locks: join(store, ".locks"),
    damaged: join(store, ".damaged"),
    partial: join(store, ".partial"),
    checkpoints: join(store, ".checkpoints"),
  };
}

/** Evidence of the failed builds of a name. */
export function failedFolder(store: string, name: string): string {
  return join(store, name, ".failed");
}

/** The paths of an image in a store, by its name and the first 12 digits of its fingerprint. */
export function pathsOfImage(store: string, name: string, shortFingerprint: string): ImagePaths {
  const image = join(store, name, shortFingerprint);
  const { work, locks, damaged, partial } = storeFolders(store);
  return {
    store,
    name,
    shortFingerprint,
    image,
    manifest: join(image, MANIFEST_FILE),
    work,
    lock: join(locks, `${name}-${shortFingerprint}`),
    failed: failedFolder(store, name),
    damaged,
    partial: join(partial, `${name}-${shortFingerprint}`),
  };
}

/** The paths of an export, by its platform and the first 12 digits of its own fingerprint. */
export function pathsOfExport(of: ImagePaths, platform: string, shortFingerprint: string): ExportPaths {
  const title = `${platform}-${shortFingerprint}`;
  const image = join(of.image, EXPORTS_FOLDER, title);
  const lock = `${of.lock}-${title}`;
  return { ...of, of, platform, shortFingerprint, image, manifest: join(image, MANIFEST_FILE), lock };
}

/** Its presence is what makes a folder an image, or an export. */
export const MANIFEST_FILE = "manifest.json";

/** What is in an image, and the same as a list of components for other programs (CycloneDX). Absent in older images. */
export const CONTENTS_FILE = "contents.json";
export const BOM_FILE = "bom.json";

/** The request that an image was built from, beside its disk. */
export const RECIPE_FOLDER = "recipe";

/** The overlays that lie on an image's disk, one file each: see store/overlays.ts. */
export const USERS_FOLDER = "users";

/** An image with this file in its folder is kept unconditionally. */
export const PIN_FILE = "pinned";

/** A request, in the folder of a state and in the recipe. */
export const REQUEST_FILE = "build.json";

/** The same, for an export. */
export const EXPORT_REQUEST_FILE = "export.json";

/** What the states ask of an image or an export; Terraform's own. */
export const REQUESTS_FOLDER = "requests";

/** The exports of an image, a folder each. */
export const EXPORTS_FOLDER = "exports";

/** The name of an export's folder: platform and first digits of the fingerprint. */
export const EXPORT_NAME = /^([a-z][a-z-]*)-([0-9a-f]{12})$/;

/** The entries of an image's folder that are not of its build, and outlive the image in it. */
export const NOT_OF_THE_IMAGE: readonly string[] = [REQUESTS_FOLDER, USERS_FOLDER, EXPORTS_FOLDER, PIN_FILE];
