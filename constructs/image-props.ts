import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Construct } from "constructs";
import { contextOf } from "../kickstart/checks/context";
import type { ImageProperties } from "../recipe/image-properties";
import { buildLoginSection } from "../recipe/login";
import { Provisioner } from "../recipe/provisioner";
import { type ResolvedImage, ROWS } from "../recipe/properties";
import type { Secret } from "../recipe/secret";
import type { Step } from "../recipe/steps";
import { folderDigest } from "../util/folder-content";
import { projectPath } from "../util/project-folder";
import { UserError } from "../util/user-error";
import { checkAtSynth } from "./app-images";
import type { BoundKickstart, Kickstart } from "./kickstart";
import { readPlaybook } from "./playbook";
import { readText } from "./project";
import { hasToken } from "./terraform-text";

/** An image: its kickstart, and how it is built. */
export interface ImageProps extends ImageProperties {
  /** What the installer does; required, but for an image that is built on another one. */
  readonly kickstart?: Kickstart;
}

/** @throws UserError on a Terraform reference in a property that decides folders and templates before the plan */
export function refuseReferences(props: ImageProps): void {
  const refused = ROWS.find(([name, { reference }]) => reference !== "allowed" && hasToken(props[name]));
  if (refused === undefined) return;
  throw new UserError(
    `${refused[0]} is a reference to a Terraform value, known only when Terraform runs: write a value here, ` +
      `or read it in main.ts, such as from process.env`,
  );
}

/**
 * Places the kickstart of an image in its stack, and has it checked when the app is synthesized. Undefined for an image that
 * is built on another one.
 * @throws UserError if it is missing, or has the marker of a secret that it is not given
 */
export function bindKickstart(
  scope: Construct,
  image: ResolvedImage,
  kickstart: Kickstart | undefined,
): BoundKickstart | undefined {
  if (image.medium.base !== undefined) return undefined;
  if (kickstart === undefined) {
    throw new UserError(
      `image "${image.name}" has no kickstart: write kickstart: Kickstart.fromFile("..."), or build it on another image ` +
        "by medium: InstallMedium.image(...)",
    );
  }
  refuseUnknownSecret(image, kickstart);
  const bound = kickstart.bind(scope, buildLoginSection(image.buildLogin, kickstart.raw));
  if (bound.text !== undefined) {
    const path = kickstart.file ?? `${image.name}.cfg`;
    checkAtSynth(scope, { path, text: bound.text, release: image.release, context: contextOf(image) });
  }
  return bound;
}

/** @throws UserError if the kickstart has the marker of a secret that it is not given */
function refuseUnknownSecret({ name, installSecrets: secrets }: ResolvedImage, kickstart: Kickstart): void {
  const whose = `the kickstart ${kickstart.file === undefined ? "" : `${kickstart.file} `}of image "${name}"`;
  const marked = [...kickstart.raw.matchAll(/@@secret:([^@\s]*)@@/g)].map(([, secret]) => secret);
  const unknown = marked.find((marker) => !secrets.some((secret) => secret.name === marker));
  if (unknown !== undefined) {
    throw new UserError(
      `${whose} names the secret "${unknown}", which it is not given: ` +
        `write secrets: [Secret.fromEnv("${unknown}")]`,
    );
  }
}

/** The secrets of kickstart and build login, equal ones once. */
export function secretsOf({ kickstart, buildLogin }: ImageProps): Secret[] {
  const all = [...(kickstart?.secrets ?? []), ...(buildLogin?.secret === undefined ? [] : [buildLogin.secret])];
  return all.filter((secret, index) => all.findIndex((other) => isDeepStrictEqual(other, secret)) === index);
}

/**
 * Reads a provisioner's files. What is copied later is named as `seen` gives it for a path of the project.
 * @throws UserError on a file that cannot be read
 */
export function readStep(given: string | Provisioner, index: number, seen: (path: string) => string): Step {
  const source = typeof given === "string" ? Provisioner.script(given).source : given.source;
  const beside = (path: string): string => `provision-${index + 1}-${basename(path).replace(/[^A-Za-z0-9._-]/g, "_")}`;
  if (source.kind === "script") {
    const { file, environment } = source;
    return { kind: "script", file: beside(file), text: readText(file, "provisioning script"), environment };
  }
  if (source.kind === "files") {
    const { from, ...target } = source;
    const found = statSync(projectPath(from), { throwIfNoEntry: false });
    if (!found?.isDirectory() && !found?.isFile()) {
      throw new UserError(`"${from}" of Provisioner.files() is not there: write a file or a folder`);
    }
    return {
      ...target,
      file: `${beside(from)}.tar`,
      from: seen(from),
      digest: folderDigest(projectPath(from)),
      isFolder: found.isDirectory(),
    };
  }
  const { playbook: file, roles: folders, ...more } = source;
  const { playbook, roles } = readPlaybook(file, folders);
  return {
    ...more,
    folder: beside(playbook.file.replace(/\.ya?ml$/, "")),
    from: seen(playbook.path),
    playbook: playbook.file,
    digest: playbook.digest,
    hasSettings: existsSync(projectPath(join(playbook.path, "ansible.cfg"))),
    roles: roles.map(({ path, digest }) => ({ from: seen(path), digest })),
  };
}
