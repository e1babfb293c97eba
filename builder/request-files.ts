import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { sealFile } from "../recipe/files";
import { fingerprint } from "../recipe/fingerprint";
import { type BuildRequest, REQUEST_VERSION } from "../recipe/request";
import { SEAL_STEPS, sealText } from "../recipe/seal";
import { seedTexts } from "../recipe/seed";
import { type StepRecipe, UNPACK_FILE, unpackScript } from "../recipe/steps";
import { UserError } from "../util/user-error";
import { pathsOfRequest, type ImagePaths } from "../store/layout";
import { sha256 } from "../util/digest";
import { folderDigest } from "../util/folder-content";

/** A request as it was read, once: what is hashed is what is built. */
export interface LoadedRequest {
  readonly request: BuildRequest;
  readonly paths: ImagePaths;
  /** Where the request lies. */
  readonly folder: string;
  /** Kickstart, template, scripts, the request itself, the sealing script, what cloud-init reads: file name to content. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/**
 * Reads a request with its files, computes the fingerprint again from what was read and refuses another. The full form
 * of the request is checked only if something is to be built.
 */
export function loadRequest(requestFile: string): LoadedRequest {
  const folder = dirname(resolve(requestFile));
  const files = new Map<string, Buffer>();
  const load = (name: string): Buffer => {
    const content = files.get(name) ?? read(join(folder, name));
    files.set(name, content);
    return content;
  };

  const request = parse(load(basename(requestFile)), requestFile);
  const paths = pathsOfRequest(requestFile);
  const digest = (name: string): string => sha256(load(name));
  load(request.template);
  const seal = sealOf(request, requestFile);
  files.set(sealFile(request.login), Buffer.from(seal));
  if (request.provisioners.some((step) => typeof step === "object" && "archive" in step)) {
    files.set(UNPACK_FILE, Buffer.from(unpackScript()));
  }
  const { medium, login } = request;
  if (medium.kind === "image" && login.kind === "buildKey") {
    const texts = Object.entries(seedTexts(login.username, request.recipe.base ?? ""));
    for (const [file, text] of texts) files.set(file, Buffer.from(text));
  }
  const recipe = {
    ...request.recipe,
    ...(medium.kind === "iso" && { kickstart: digest(medium.kickstart) }),
    provisioners: request.provisioners.map((step, index) =>
      stepOf(step, request.recipe.provisioners[index], { digest, folder }),
    ),
  };
  const computed = fingerprint(recipe);
  if (computed !== request.fingerprint || !computed.startsWith(paths.shortFingerprint) || request.name !== paths.name) {
    throw new UserError(
      `the request ${resolve(requestFile)} is for ${request.name} ${request.fingerprint}, in the folder of ` +
        `${paths.name} ${paths.shortFingerprint}, but its files make ${computed}: ` +
        "something changed them; run the deploy again, which writes them anew",
    );
  }
  return { request, paths, folder, files };
}

/** A provisioner of the recipe, with the digests of what is there now. */
function stepOf(
  step: BuildRequest["provisioners"][number],
  planned: StepRecipe | undefined,
  { digest, folder }: { readonly digest: (name: string) => string; readonly folder: string },
): StepRecipe {
  const digestAt = (from: string): string => folderDigest(userPath(from, folder));
  const rest = typeof planned === "object" ? planned : {};
  if (typeof step === "string")
    return typeof planned === "object" ? { ...planned, script: digest(step) } : digest(step);
  if ("archive" in step) return { ...rest, files: digestAt(step.from), unpack: sha256(unpackScript()) } as StepRecipe;
  return { ...rest, content: digestAt(step.from), roles: step.roles.map(digestAt) } as StepRecipe;
}

/** The sealing script, made anew out of this package's files. */
function sealOf({ sealSteps, login, recipe }: BuildRequest, requestFile: string): string {
  const isKnown = sealSteps.every((step) => SEAL_STEPS.includes(step));
  const script = isKnown ? sealText(sealSteps, login) : "";
  if (sha256(script) === recipe.seal) return script;
  throw new UserError(
    `the request ${resolve(requestFile)} was planned with another version of os-images, which seals images in another ` +
      "way: run the deploy again",
  );
}

function parse(text: Buffer, requestFile: string): BuildRequest {
  let value: unknown;
  try {
    value = JSON.parse(text.toString("utf8"));
  } catch (error) {
    throw new UserError(`the request ${resolve(requestFile)} is no JSON: ${(error as Error).message}`);
  }
  const { requestVersion, recipe, template, medium, login, ...lists } = (value ?? {}) as Partial<BuildRequest>;
  const hasLists = Array.isArray(lists.provisioners) && Array.isArray(lists.sealSteps);
  if (requestVersion !== REQUEST_VERSION || !recipe || !template || !medium || !login || !hasLists) {
    throw new UserError(
      `the request ${resolve(requestFile)} is no build request of version ${REQUEST_VERSION}: run the deploy again`,
    );
  }
  return value as BuildRequest;
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UserError(`a file of the request cannot be read: ${(error as Error).message}`);
  }
}

/** A path that a user wrote: absolute, under the home folder (`~/`), or beside the request. */
export function userPath(path: string, requestFolder: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : resolve(requestFolder, path);
}
