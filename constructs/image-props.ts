import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { ImageProperties } from "../recipe/image-properties";
import { type ResolvedImage, ROWS } from "../recipe/properties";
import type { Secret } from "../recipe/secret";
import { UserError } from "../util/user-error";
import type { Kickstart } from "./kickstart";
import { readText } from "./project";
import { hasToken } from "./terraform-text";

/** An image: its kickstart, and how it is built. */
export interface ImageProps extends ImageProperties {
  /** What the installer does. */
  readonly kickstart: Kickstart;
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

/** @throws UserError if the kickstart has the marker of a secret that it is not given */
export function refuseUnknownSecret({ name, secrets }: ResolvedImage, kickstart: Kickstart): void {
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
  const all = [...kickstart.secrets, ...(buildLogin?.secret === undefined ? [] : [buildLogin.secret])];
  return all.filter((secret, index) => all.findIndex((other) => isDeepStrictEqual(other, secret)) === index);
}

/** @throws UserError on a file that cannot be read */
export function readScript(file: string, index: number): ResolvedImage["scripts"][number] {
  const name = basename(file).replace(/[^A-Za-z0-9._-]/g, "_");
  return { file: `provision-${index + 1}-${name}`, text: readText(file, "provisioning script") };
}
