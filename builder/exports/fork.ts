import { join } from "node:path";
import { guestDigest, guestScript, requireChangeable } from "../../platforms/guest";
import type { PlatformRecipe } from "../../platforms/platform";
import { REQUEST_FILE } from "../../recipe/files";
import { forkOf } from "../../recipe/fork";
import { type ImagePaths, REQUESTS_FOLDER } from "../../store/layout";
import { requestsOf } from "../../store/list";
import type { Manifest } from "../../store/manifest";
import { UserError } from "../../util/user-error";
import { checked } from "../build";
import { preflight, type Host } from "../preflight";
import { loadRequest, type LoadedRequest } from "../request-files";

/** An image's build with a platform's script in it, ready to run. */
export interface Fork {
  readonly loaded: LoadedRequest;
  readonly host: Host;
  readonly image: Manifest;
  /** The script's digest. */
  readonly script: string;
}

/**
 * What changes an image for a platform: no `image` is one made elsewhere. Undefined if the platform wants nothing inside. The image's request is one that
 * Terraform wrote on this host, never one that came with the image: it holds commands for this host.
 * @throws UserError if the image cannot be changed, and on what any build needs and this host lacks
 */
export async function planFork(
  paths: ImagePaths,
  image: Manifest | undefined,
  platform: PlatformRecipe,
  options: { readonly say: (line: string) => void; readonly signal: AbortSignal },
): Promise<Fork | undefined> {
  const script = guestScript(platform);
  if (script === undefined || !("inside" in platform) || platform.inside === undefined) return undefined;
  if (image === undefined) return requireChangeable(undefined, paths.name, platform);
  if (guestDigest(platform.kind) !== platform.inside) {
    throw new UserError(
      `the export for ${platform.kind} was planned with another version of os-images, which changes the system in another ` +
        "way: run the deploy again",
    );
  }
  const loaded = requestOf(paths, platform.kind);
  const request = checked(loaded.request);
  requireChangeable(request.login, paths.name, platform);
  const step = { kind: "script", file: `platform-${platform.kind}.sh`, ...script } as const;
  const text = loaded.files.get(request.template)?.toString() ?? "";
  const forked = forkOf(request, JSON.parse(text) as object, step);
  const files = new Map(loaded.files);
  files.set(request.template, json(forked.template));
  files.set(REQUEST_FILE, json(forked.request));
  files.set(step.file, Buffer.from(script.text));
  const host = await preflight(forked.request, paths, loaded.folder, options);
  return { loaded: { ...loaded, request: forked.request, files }, host, image, script: platform.inside };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value, null, 2));
}

/** The request of the first state that asks for the image. */
function requestOf(paths: ImagePaths, platform: string): LoadedRequest {
  const [key] = requestsOf(paths);
  if (key !== undefined) return loadRequest(join(paths.image, REQUESTS_FOLDER, key, REQUEST_FILE));
  throw new UserError(
    `no state asks for image ${paths.name}/${paths.shortFingerprint}, so nothing says how it is built, and ${platform} wants ` +
      `something inside: deploy the image here, or write prepared: true (--prepared) if it has all of that`,
  );
}
