import { UserError } from "../util/user-error";

/**
 * What a deploy does with a remote. "share": it fetches what is there, and pushes what it built; if the remote fails, it says so in
 * one line and goes on. "read": it pushes nothing. "required": as "share", but a remote that fails is a failure.
 */
const MODES = ["share", "read", "required"] as const;

/** The remote of a deploy. */
export interface RemoteSettings {
  readonly address: string;
  readonly mode: (typeof MODES)[number];
}

/**
 * What is set by the environment (`OS_IMAGES_REMOTE`, `OS_IMAGES_REMOTE_MODE`), or by the image or the project. Undefined if there
 * is no remote; an empty `OS_IMAGES_REMOTE` turns it off.
 * @throws UserError on an unknown mode
 */
export function remoteSettings(
  own: { readonly remote?: unknown; readonly remoteMode?: unknown } = {},
  environment: NodeJS.ProcessEnv = process.env,
): RemoteSettings | undefined {
  const address = environment["OS_IMAGES_REMOTE"] ?? own.remote;
  if (typeof address !== "string" || address === "") return undefined;
  const wanted = environment["OS_IMAGES_REMOTE_MODE"] || own.remoteMode || MODES[0];
  const mode = MODES.find((known) => known === wanted);
  if (mode !== undefined) return { address, mode };
  throw new UserError(`the remote's mode is ${JSON.stringify(wanted)}: write one of ${MODES.join(", ")}`);
}
