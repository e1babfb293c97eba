import { builderOf, requestsOf, type StoredImage } from "./catalogue";
import { realPath } from "./backing-file";
import type { ImagePaths } from "./layout";
import type { OpenFile } from "./open-files";
import { overlaysOn } from "./users";

/** What decides which images stay. */
export interface Retention {
  /** So many sound images of each name stay, the newest ones. */
  readonly keep: number;
  /** Folders of machines, see `overlaysOn`. */
  readonly machines: readonly string[];
}

/** For each image, why it stays; no reason where nothing keeps it. What is no image is left out. */
export function reasonsToKeep(
  catalogue: readonly StoredImage[],
  { keep, machines }: Retention,
  open: readonly OpenFile[],
): Map<StoredImage, string[]> {
  const verdicts = new Map<StoredImage, string[]>();
  const newest = new Map<string, number>();
  for (const image of catalogue) {
    if (image.state !== "ok" && image.state !== "damaged") continue;
    const { name } = image.paths;
    const reasons = reasonsOfUse(image.paths, machines, open);
    if (image.pinned) reasons.push("pinned");
    const before = newest.get(name) ?? 0;
    if (image.state === "ok") {
      newest.set(name, before + 1);
      if (before < keep) reasons.push(keep === 1 ? `the newest of ${name}` : `among the newest ${keep} of ${name}`);
    }
    verdicts.set(image, reasons);
  }
  return verdicts;
}

/** Who uses an image now: requests, overlays, processes, a build. */
export function reasonsOfUse(paths: ImagePaths, machines: readonly string[], open: readonly OpenFile[]): string[] {
  const requests = requestsOf(paths);
  const builder = builderOf(paths);
  const folder = `${realPath(paths.image)}/`;
  const pids = new Set(open.filter(({ path }) => path.startsWith(folder)).map(({ pid }) => pid));
  return [
    ...(requests.length > 0 ? [`requested by ${requests.join(", ")}`] : []),
    ...overlaysOn(paths, machines).map((overlay) => `the overlay ${overlay} lies on it`),
    ...(pids.size > 0 ? [`open in process ${[...pids].join(", ")}`] : []),
    ...(builder !== undefined && builder.pid !== process.pid ? [`process ${builder.pid} is building it`] : []),
  ];
}
