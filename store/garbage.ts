import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { createdAt, type StoredImage } from "./list";

/** A file in an image's folder that keeps it, whatever else is so. */
export const PIN_FILE = "pinned";

/** Why an image stays; undefined where nothing keeps it. */
export type Kept = "requested" | "pinned" | "in use" | "among the last" | undefined;

/** What decides which images stay. */
export interface Retention {
  /** So many of each name stay, the newest ones. */
  readonly keepLast: number;
  /** Disks that something uses: real paths. */
  readonly inUse: ReadonlySet<string>;
}

/**
 * For each image of a store, why it stays. A folder without a manifest is no image and never garbage here: a build may be
 * under way, and the next one replaces what it left.
 */
export function judge(images: readonly StoredImage[], { keepLast, inUse }: Retention): Map<StoredImage, Kept> {
  const verdicts = new Map<StoredImage, Kept>();
  for (const image of images) {
    if (image.state.kind !== "there") continue;
    const newer = images.filter(
      (other) => other.paths.name === image.paths.name && createdAt(other) > createdAt(image),
    );
    verdicts.set(image, reasonToKeep(image, newer.length < keepLast, inUse));
  }
  return verdicts;
}

function reasonToKeep(image: StoredImage, isAmongLast: boolean, inUse: ReadonlySet<string>): Kept {
  if (image.requests.length > 0) return "requested";
  if (existsSync(join(image.paths.image, PIN_FILE))) return "pinned";
  if (
    image.state.kind === "there" &&
    inUse.has(realpathSync(join(image.paths.image, image.state.manifest.disk.file)))
  ) {
    return "in use";
  }
  return isAmongLast ? "among the last" : undefined;
}

/** The reason written into a pin, for people. */
export function pinReason(image: StoredImage): string {
  const file = join(image.paths.image, PIN_FILE);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : "";
}
