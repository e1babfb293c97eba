import { basename } from "node:path";
import type { Description } from "../recipe/description";
import type { Secret } from "../recipe/secret";
import { UserError } from "../util/user-error";
import type { Image, ImageProps } from "./image";
import type { Kickstart } from "./kickstart";
import type { ImageLogin } from "./machine-image";
import { hasToken } from "./terraform-text";
import { readText } from "./text-file";

/** These decide folders and templates before the plan, so that only the values themselves will do. */
const REAL_VALUES = [
  "name",
  "revision",
  "diskSize",
  "memoryMiB",
  "cpus",
  "machineType",
  "cpuModel",
  "netDevice",
  "bootCommand",
  "bootWaitSeconds",
  "bootKeyIntervalMs",
  "installTimeoutSeconds",
  "loginTimeoutSeconds",
  "shutdownCommand",
  "packerVariables",
  "provisioners",
  "store",
] as const satisfies readonly (keyof ImageProps)[];

/** @throws UserError on a Terraform reference in a property that needs a real value */
export function refuseTokens(props: ImageProps): void {
  const property = REAL_VALUES.find((key) => hasToken(props[key]));
  if (property === undefined) return;
  throw new UserError(
    `${property} is a reference to a Terraform value, known only when Terraform runs: write a value here, ` +
      `or read it in main.ts, such as from process.env`,
  );
}

/** @throws UserError where another image of the app goes to the same folder of the same store */
export function refuseSecondOfName(image: Image, store: string): void {
  const root = image.node.root;
  const taken = (imagesByRoot.get(root) ?? imagesByRoot.set(root, new Map()).get(root)) as Map<string, string>;
  const key = `${store}\0${image.name}`;
  const other = taken.get(key);
  if (other !== undefined) {
    throw new UserError(
      `two images are named "${image.name}": "${other}" and "${image.node.path}": give one another name or store`,
    );
  }
  taken.set(key, image.node.path);
}

const imagesByRoot = new WeakMap<object, Map<string, string>>();

/** @throws UserError if the kickstart has the marker of a secret that it is not given */
export function refuseUnknownSecret({ name, secrets }: Description, kickstart: Kickstart): void {
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

/** The secrets of kickstart and login, each once. */
export function secretsOf(props: ImageProps): Secret[] {
  const login = props.login?.secret;
  return [...new Set([...props.kickstart.secrets, ...(login === undefined ? [] : [login])])];
}

/** @throws UserError on a file that cannot be read */
export function readScript(file: string, index: number): Description["provisioners"][number] {
  const name = basename(file).replace(/[^A-Za-z0-9._-]/g, "_");
  return { file: `provision-${index + 1}-${name}`, text: readText(file, "provisioning script") };
}

/** A login that the build leaves in the image is one that machines have. */
export function loginLeft({ login }: Description): ImageLogin {
  if (login.kind === "password") return { username: login.username, method: "password" };
  if (login.kind === "privateKey") return { username: login.username, method: "key" };
  return { username: "", method: "none" };
}
