import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { exportFingerprint, exportRecipe, type ExportRequest } from "../../platforms/export-request";
import type { Platform } from "../../platforms/platform";
import { EXPORT_REQUEST_FILE, type ExportPaths, pathsOfExport, pathsOfImage } from "../../store/layout";
import type { WrittenRequest } from "./request";

/** Writes a request for an export of a built image into its store, as Terraform would. */
export function writeExportRequest(
  { request: { name, fingerprint: image, recipe: of }, image: folder }: WrittenRequest,
  platform: Platform,
): { readonly file: string; readonly paths: ExportPaths } {
  const recipe = exportRecipe(image, of.firmware, platform.recipe);
  const request: ExportRequest = { requestVersion: 1, name, fingerprint: exportFingerprint(recipe), recipe };
  const built = pathsOfImage(dirname(dirname(folder)), name, basename(folder));
  const paths = pathsOfExport(built, platform.name, request.fingerprint.slice(0, 12));
  const requests = join(paths.image, "requests", "0a1b2c3d");
  mkdirSync(requests, { recursive: true });
  const file = join(requests, EXPORT_REQUEST_FILE);
  writeFileSync(file, JSON.stringify(request));
  return { file, paths };
}
