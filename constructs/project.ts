import { existsSync, readFileSync, realpathSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { App, type TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { z } from "zod";
import type { ImageProperties } from "../recipe/image-properties";
import { lockedChecksum, MEDIA_LOCK_FILE, type MediaLock, parseMediaLock } from "../recipe/media-lock";
import { type InstallMedium, placeOf } from "../recipe/medium";
import { writtenText } from "../recipe/fingerprint";
import type { ResolvedImage } from "../recipe/properties";
import { PROJECT_FILE, projectFolder, projectPath } from "../util/project-folder";
import { UserError } from "../util/user-error";
import { hasToken } from "./terraform-text";

/**
 * Text of a file of the project as Terraform writes it; `what` names it in messages, such as "kickstart file".
 * @throws UserError on a file that cannot be read, or is not UTF-8
 */
export function readText(file: string, what: string): string {
  try {
    return writtenText(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(projectPath(file))),
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") {
      throw new UserError(`${what} "${file}" is not UTF-8: convert it with iconv`);
    }
    const where = isAbsolute(file) ? "" : `, relative to ${projectFolder()}`;
    throw new UserError(`${what} "${file}" cannot be read (${code}): write the path of a readable file${where}`);
  }
}

/**
 * What identifies a medium: its digest, its own or the one that images.lock.json of the project holds for it; or the
 * fingerprint of the image that is built on, as seen by a construct's stack, which is deployed after that image's.
 * @throws UserError that says which command to run if there is no digest
 */
export function identityOf({ source }: InstallMedium, scope: Construct): Pick<ResolvedImage, "isoChecksum" | "base"> {
  if (source.kind === "iso") {
    const lock = source.checksum === undefined ? readMediaLock() : parseMediaLock(undefined);
    return { isoChecksum: lockedChecksum(source, lock) };
  }
  const { fingerprint } = source.base.referTo(scope);
  return { base: hasToken(source.base.fingerprint) ? fingerprint : source.base.fingerprint };
}

function readMediaLock(): MediaLock {
  const file = projectPath(MEDIA_LOCK_FILE);
  return parseMediaLock(existsSync(file) ? readFileSync(file, "utf8") : undefined);
}

/** `osImages` in the context of cdktf.json. The values are checked as an image's own. */
const projectSettings = z.strictObject({ remote: z.string().optional(), remoteMode: z.string().optional() });

/**
 * The remote of the whole project: `"osImages": { "remote": "s3://..." }` in the context of cdktf.json.
 * @throws UserError on settings that are not known
 */
export function sharedByProject({ node }: Construct): Pick<ImageProperties, "remote" | "remoteMode"> {
  const { data, error } = projectSettings.safeParse(node.tryGetContext("osImages") ?? {});
  if (data !== undefined) return data as Pick<ImageProperties, "remote" | "remoteMode">;
  throw new UserError(`osImages in the context of ${PROJECT_FILE} is not sound: ${z.prettifyError(error)}`);
}

/** The folder in which Terraform works on a stack. */
export function stackFolder(stack: TerraformStack): string {
  return join(realpathSync(App.of(stack).outdir), "stacks", stack.node.id);
}

/**
 * A medium's URL, or its path as seen from the folder of the image's request; of an image that is built on, the path of its
 * store. Relative within the project, as the store's path is.
 */
export function mediumFromRequest({ medium: { source }, store }: Pick<ResolvedImage, "medium" | "store">): string {
  if (source.kind === "image") return pathFromRequest(source.base.store, store);
  if (hasToken(source.url)) return source.url;
  const place = placeOf(source.url);
  if (place.kind === "server" || place.path.startsWith("~/") || isAbsolute(place.path)) {
    return place.kind === "server" ? place.url : place.path;
  }
  return pathFromRequest(place.path, store);
}

/** A path as seen from the folder of a request in a store: relative if both are in the project. */
export function pathFromRequest(path: string, store: string): string {
  const file = projectPath(path);
  const folder = join(projectPath(store), "image", "fingerprint", "requests", "stackKey");
  return isInProject(file) && isInProject(folder) ? relative(folder, file) : file;
}

/**
 * A path as a stack sees it, not yet escaped for Terraform: relative to the stack's folder for one inside the project, so that one
 * state planned from two checkouts shows no change, an absolute one otherwise.
 */
export function pathFromStack(stack: TerraformStack, path: string): string {
  const absolutePath = projectPath(path);
  return isInProject(absolutePath) ? relative(stackFolder(stack), absolutePath) : absolutePath;
}

function isInProject(path: string): boolean {
  return !/^\.\.(\/|$)/.test(relative(projectFolder(), path));
}
