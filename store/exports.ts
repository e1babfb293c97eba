import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readExport } from "./image";
import { EXPORT_NAME, type ExportPaths, EXPORTS_FOLDER, type ImagePaths, pathsOfExport } from "./layout";
import { builderOf, requestsOf } from "./list";
import type { ExportManifest } from "./manifest";

/** An export of an image, or one that is being made. */
export interface StoredExport {
  readonly paths: ExportPaths;
  /** As of an image; "unfinished": no manifest, and nobody makes it. */
  readonly state: "ok" | "damaged" | "foreign" | "building" | "unfinished";
  /** Why it is damaged or foreign. */
  readonly reason?: string;
  /** Set for every export that is "ok", and for a damaged one whose manifest is sound. */
  readonly manifest?: ExportManifest;
  /** Keys of the requests for it. */
  readonly requests: readonly string[];
}

/** The exports in an image's folder, by platform, whether or not the image is there. Damage is a state, never thrown. */
export function exportsOf(image: ImagePaths): StoredExport[] {
  const folder = join(image.image, EXPORTS_FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((entry): StoredExport[] => {
      const [, platform, digits] = EXPORT_NAME.exec(entry) ?? [];
      if (platform === undefined || digits === undefined || !statSync(join(folder, entry)).isDirectory()) return [];
      const paths = pathsOfExport(image, platform, digits);
      return [{ paths, requests: requestsOf(paths), ...stateOf(paths) }];
    });
}

/** What a reader calls an export, e.g. "demo/1a2b3c4d5e6f azure-0f9e8d7c6b5a". */
export function exportTitle({ of, platform, shortFingerprint }: ExportPaths): string {
  return `${of.name}/${of.shortFingerprint} ${platform}-${shortFingerprint}`;
}

/** What commands print of an export as JSON. */
export function exportJson({ paths, state, reason, manifest, requests }: StoredExport) {
  return {
    ...manifest,
    platform: paths.platform,
    options: manifest?.platform,
    state,
    reason,
    path: paths.image,
    requests,
  };
}

function stateOf(paths: ExportPaths): Pick<StoredExport, "state" | "reason" | "manifest"> {
  try {
    const found = readExport(paths);
    if (found.kind === "present") return { state: "ok", manifest: found.manifest };
    if (found.kind !== "absent") {
      const { kind: state, ...rest } = found;
      return { state, ...rest };
    }
    return { state: builderOf(paths) === undefined ? "unfinished" : "building" };
  } catch (error) {
    return { state: "damaged", reason: `its manifest.json cannot be read (${(error as NodeJS.ErrnoException).code})` };
  }
}
