import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { lookAt, type ImageState } from "./image";
import { pathsOfImage, type ImagePaths } from "./layout";

/** One folder of the store that is, or may become, an image. */
export interface StoredImage {
  readonly paths: ImagePaths;
  readonly state: ImageState;
  /** Keys of the requests that ask for it. */
  readonly requests: readonly string[];
}

/** Everything in a store under a name and a fingerprint, by name and, within it, the newest first. */
export function listImages(store: string): StoredImage[] {
  const images = folders(store).flatMap((name) =>
    folders(join(store, name))
      .filter((digits) => /^[0-9a-f]{12}$/.test(digits))
      .map((digits) => {
        const paths = pathsOfImage(store, name, digits);
        return { paths, state: lookAt(paths), requests: folders(join(paths.image, "requests")) };
      }),
  );
  return images.sort((a, b) => compare(a.paths.name, b.paths.name) || compare(createdAt(b), createdAt(a)));
}

/** When an image was made, as its manifest says; empty where there is none. */
export function createdAt({ state }: StoredImage): string {
  return state.kind === "there" ? state.manifest.createdAt : "";
}

function folders(path: string): string[] {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".")).map(({ name }) => name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
