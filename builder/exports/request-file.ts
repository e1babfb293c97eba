import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { exportFingerprint, type ExportRequest, exportRequestSchema } from "../../platforms/export-request";
import { type ExportPaths, pathsOfExportRequest } from "../../store/layout";
import { UserError } from "../../util/user-error";

/** A request for an export as it was read, once. */
export interface LoadedExport {
  readonly request: ExportRequest;
  readonly paths: ExportPaths;
  readonly content: Buffer;
}

/**
 * Reads a request, computes the fingerprint again and refuses another.
 * @throws UserError on a request that is not sound, or lies in another export's folder
 */
export function loadExport(requestFile: string): LoadedExport {
  const paths = pathsOfExportRequest(requestFile);
  const content = read(requestFile);
  const { data: request, error } = exportRequestSchema.safeParse(parse(content, requestFile));
  if (request === undefined) {
    const reason = error === undefined ? "" : z.prettifyError(error);
    throw new UserError(`the request ${resolve(requestFile)} is not sound: ${reason}\nrun the deploy again`);
  }
  const { recipe, fingerprint, name } = request;
  const computed = exportFingerprint(recipe);
  const fits =
    computed === fingerprint &&
    computed.startsWith(paths.shortFingerprint) &&
    recipe.platform.kind === paths.platform &&
    recipe.image.startsWith(paths.of.shortFingerprint) &&
    name === paths.name;
  if (fits) return { request, paths, content };
  throw new UserError(
    `the request ${resolve(requestFile)} is for ${recipe.platform.kind} ${fingerprint} of ${name} ${recipe.image}, but it ` +
      `makes ${computed} and lies in the folder of ${paths.platform} ${paths.shortFingerprint} of ${paths.name} ` +
      `${paths.of.shortFingerprint}: something changed it; run the deploy again, which writes it anew`,
  );
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UserError(`the request cannot be read: ${(error as Error).message}`);
  }
}

function parse(text: Buffer, requestFile: string): unknown {
  try {
    return JSON.parse(text.toString("utf8"));
  } catch (error) {
    throw new UserError(`the request ${resolve(requestFile)} is no JSON: ${(error as Error).message}`);
  }
}
