import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../util/user-error";

/** Where the parts of one image lie. All paths are absolute. */
export interface ImagePaths {
  readonly store: string;
  readonly name: string;
  /** The first 12 digits of the fingerprint. */
  readonly shortFingerprint: string;
  /** `<store>/<name>/<fingerprint>`. */
  readonly image: string;
  readonly manifest: string;
  /** Work folders of builds under way: `<store>/.work`. */
  readonly work: string;
  /** The lock of this image's build. */
  readonly lock: string;
  /** Evidence of failed builds of this name: `<store>/<name>/.failed`. */
  readonly failed: string;
  /** Images that were found damaged: `<store>/.damaged`. */
  readonly damaged: string;
  /** What has come of this image from a remote: `<store>/.partial/<name>-<fingerprint>`. */
  readonly partial: string;
}

/**
 * The paths that belong to a request, from where its file lies: `<store>/<name>/<fingerprint>/requests/<key>/build.json`.
 * @throws UserError if it lies anywhere else
 */
export function pathsOfRequest(requestFile: string): ImagePaths {
  const folder = dirname(resolve(requestFile));
  const image = dirname(dirname(folder));
  if (basename(dirname(folder)) !== REQUESTS_FOLDER || !/^[0-9a-f]{12}$/.test(basename(image))) {
    throw new UserError(
      `the request lies in the wrong place: ${resolve(requestFile)}; ` +
        "write <store>/<name>/<first 12 digits of the fingerprint>/requests/<key>/build.json",
    );
  }
  const name = basename(dirname(image));
  return pathsOfImage(dirname(dirname(image)), name, basename(image));
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

/** Its presence is what makes a folder an image. */
export const MANIFEST_FILE = "manifest.json";

/** The request that an image was built from, beside its disk. */
export const RECIPE_FOLDER = "recipe";

/** The overlays that lie on an image's disk, one file each: see store/overlays.ts. */
export const USERS_FOLDER = "users";

/** An image with this file in its folder is kept unconditionally. */
export const PIN_FILE = "pinned";

/** A request, in the folder of a state and in the recipe. */
export const REQUEST_FILE = "build.json";

/** What the states ask of an image; Terraform's own. */
export const REQUESTS_FOLDER = "requests";

/** The entries of an image's folder that are not the builder's, and outlive the image in it. */
export const NOT_OF_THE_IMAGE: readonly string[] = [REQUESTS_FOLDER, USERS_FOLDER, PIN_FILE];
