import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { builderOf, imagesNamed, isImage } from "./list";
import { failedBuilds, type FailedBuild } from "./failures";
import { pathsOfImage, storeFolders } from "./layout";

/** A build of a name: one that made an image, one that failed, or one that is under way. */
export interface Build {
  readonly kind: "image" | "failed" | "building";
  readonly name: string;
  readonly shortFingerprint: string;
  /** ISO 8601, UTC: its end, or the beginning of one under way. */
  readonly time: string;
  /** Where its logs are. */
  readonly folder: string;
  readonly failure?: FailedBuild["failure"];
}

/** The builds of a name of which there are logs, newest first. */
export function buildsOf(store: string, name: string): Build[] {
  const images = imagesNamed(store, name).filter(isImage);
  const builds: Build[] = [
    ...images.map(({ paths: { shortFingerprint, image }, time }) => {
      return { kind: "image" as const, name, shortFingerprint, time, folder: image };
    }),
    ...failedBuilds(store, name).map((failed) => ({ ...failed, kind: "failed" as const })),
    ...underWay(store, name),
  ];
  return builds.sort((a, b) => (a.time < b.time ? 1 : -1));
}

function underWay(store: string, name: string): Build[] {
  const work = storeFolders(store).work;
  if (!existsSync(work)) return [];
  return readdirSync(work).flatMap((entry): Build[] => {
    const shortFingerprint = /^(.+)-([0-9a-f]{12})-[0-9a-f]{12}$/.exec(entry)?.[2];
    if (shortFingerprint === undefined || !entry.startsWith(`${name}-${shortFingerprint}-`)) return [];
    const holder = builderOf(pathsOfImage(store, name, shortFingerprint));
    const folder = join(work, entry);
    if (holder === undefined || statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
    return [{ kind: "building", name, shortFingerprint, time: holder.since, folder }];
  });
}
