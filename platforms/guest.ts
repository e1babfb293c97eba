import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../util/digest";
import { UserError } from "../util/user-error";
import type { PlatformRecipe } from "./platform";

/**
 * The platforms that want something inside the installed system. Each has a script in `guest/`, which runs as root before
 * the image is sealed.
 *
 * - aws: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/enhanced-networking-ena.html>,
 *   <https://docs.aws.amazon.com/ebs/latest/userguide/nvme-ebs-volumes.html>
 * - azure: <https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic>,
 *   <https://learn.microsoft.com/azure/virtual-machines/extensions/agent-linux>
 * - vagrant: <https://developer.hashicorp.com/vagrant/docs/boxes/base>, keys:
 *   <https://github.com/hashicorp/vagrant/blob/main/keys/vagrant.pub>
 * - xen: <https://wiki.xenproject.org/wiki/Xen_FAQ_Console>, <https://wiki.xenproject.org/wiki/Mainline_Linux_Kernel_Configs>
 */
const SCRIPTS = {
  aws: () => ({}),
  azure: ({ agent }) => ({ OS_IMAGES_AGENT: agent }),
  vagrant: ({ username }) => ({ OS_IMAGES_USER: username }),
  xen: () => ({}),
} as const satisfies {
  readonly [Kind in PlatformRecipe["kind"]]?: (
    recipe: Extract<PlatformRecipe, { readonly kind: Kind }>,
  ) => Readonly<Record<string, string>>;
};

type ChangedKind = keyof typeof SCRIPTS;

/** The digest of what a platform's script does, 64 hex digits: it is part of what decides an export. */
export function guestDigest(kind: ChangedKind): string {
  return sha256(scriptOf(kind));
}

/** The script that changes the installed system for a platform, and its environment. Undefined if nothing is changed. */
export function guestScript(
  recipe: PlatformRecipe,
): { readonly text: string; readonly environment: Readonly<Record<string, string>> } | undefined {
  if (!("inside" in recipe) || recipe.inside === undefined) return undefined;
  const environmentOf: (recipe: never) => Readonly<Record<string, string>> = SCRIPTS[recipe.kind];
  return { text: scriptOf(recipe.kind), environment: environmentOf(recipe as never) };
}

/**
 * @param login how the image's build logs in; undefined for an image made elsewhere
 * @throws UserError if nobody can log in to change the image, or sealing would remove the platform's user
 */
export function requireChangeable(
  login: { readonly kind: string; readonly username?: string } | undefined,
  image: string,
  platform: PlatformRecipe,
): undefined {
  if (!("inside" in platform) || platform.inside === undefined) return;
  if (login === undefined) {
    throw new UserError(
      `image "${image}" was made elsewhere, so ${platform.kind} gets nothing inside: write prepared: true if it has all of that`,
    );
  }
  if (login.kind === "none") {
    throw new UserError(
      `nobody logs in to image "${image}", so ${platform.kind} gets nothing inside: take another login than Login.none(), or ` +
        "write prepared: true if the kickstart does all of that",
    );
  }
  if (platform.kind === "vagrant" && login.kind === "buildKey" && login.username === platform.username) {
    throw new UserError(
      `the build of image "${image}" logs in as "${platform.username}", whom sealing removes: write another username for ` +
        "Login.buildKey(), or for the platform",
    );
  }
}

function scriptOf(kind: ChangedKind): string {
  return ["#!/bin/sh\nset -eu\n", ...["common", kind].map(read)].join("");
}

/** Each file is read once. */
const texts = new Map<string, string>();

function read(name: string): string {
  const text = texts.get(name) ?? readFileSync(join(__dirname, "guest", `${name}.sh`), "utf8");
  texts.set(name, text);
  return text;
}
