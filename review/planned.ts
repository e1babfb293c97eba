import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { requestSchema, type BuildRequest } from "../recipe/request";
import { REQUEST_FILE } from "../recipe/files";
import { literalText, type StackJson, terraformValues } from "./terraform-values";

/** A stack of a synthesized app. */
export interface SynthesizedStack {
  readonly name: string;
  /** Folder in which Terraform works, with the stack's cdk.tf.json. */
  readonly folder: string;
  /** Names of the stacks that have to be deployed before it. */
  readonly dependencies: readonly string[];
}

/** An image that an app asks for, as far as it is known without a plan. */
export interface PlannedImage {
  readonly stack: string;
  readonly name: string;
  /** Absolute path of the store. */
  readonly store: string;
  /** 64 hex digits; undefined if only a plan of the whole stack can compute it. */
  readonly fingerprint: string | undefined;
  /** `build.json`; undefined if a part of it is not known, or it is another version's. */
  readonly request: BuildRequest | undefined;
  /** Kickstart, Packer template and scripts by their file names, as far as their text is known. */
  readonly texts: ReadonlyMap<string, string>;
  /** Whatever takes the image: resources of its stack by address, and stacks that are deployed after it. */
  readonly consumers: readonly string[];
}

/**
 * The images of synthesized stacks. An image is a `null_resource` whose command gets a `build.json`; the request's files are
 * the `local_file`s in the same folder.
 */
export async function plannedImages(
  stacks: ReadonlyMap<string, SynthesizedStack>,
  terraform: string,
): Promise<PlannedImage[]> {
  const images: PlannedImage[] = [];
  for (const stack of stacks.values()) {
    const json = JSON.parse(readFileSync(join(stack.folder, "cdk.tf.json"), "utf8")) as StackJson;
    const dependents = [...stacks.values()].filter(({ dependencies }) => dependencies.includes(stack.name));
    images.push(...(await imagesOf(stack, json, dependents, terraform)));
  }
  return images;
}

async function imagesOf(
  stack: SynthesizedStack,
  json: StackJson,
  dependents: readonly SynthesizedStack[],
  terraform: string,
): Promise<PlannedImage[]> {
  const builds = Object.entries(json.resource?.["null_resource"] ?? {}).flatMap(([id, resource]) => {
    const triggers = resource["triggers"] as Readonly<Record<string, string>> | undefined;
    return triggers === undefined || basename(requestFile(resource)) !== REQUEST_FILE
      ? []
      : [{ id, resource, triggers }];
  });
  if (builds.length === 0) return [];
  const files = Object.values(json.resource?.["local_file"] ?? {}).map(({ filename, content }) => ({
    filename: String(filename),
    content: String(content),
  }));
  const wanted = builds.map(({ resource, triggers }) => {
    const folder = dirname(requestFile(resource));
    const own = files.filter(({ filename }) => dirname(filename) === folder && !isSecret(filename));
    return { fingerprint: triggers["image_fingerprint"] ?? "", manifest: triggers["image_manifest"] ?? "", own };
  });
  const expressions = wanted.flatMap(({ fingerprint, manifest, own }) => [
    fingerprint,
    manifest,
    ...own.map(({ content }) => content),
  ]);
  const values = await terraformValues(terraform, stack.folder, json, expressions);
  return builds.map(({ id }, index) => {
    const { fingerprint = "", manifest = "", own = [] } = wanted[index] ?? {};
    const texts = new Map<string, string>();
    for (const { filename, content } of own) {
      const text = values.get(content);
      if (text !== undefined) texts.set(basename(filename), text);
    }
    const request = parsedRequest(texts.get(REQUEST_FILE));
    texts.delete(REQUEST_FILE);
    // "<store>/<name>/<fingerprint>/manifest.json": all before the fingerprint is literal.
    const image = dirname(dirname(manifest));
    return {
      stack: stack.name,
      name: request?.name ?? basename(image),
      store: resolve(stack.folder, literalText(dirname(image)) ?? dirname(image)),
      fingerprint: values.get(fingerprint),
      request,
      texts,
      consumers: [...resourcesThatUse(json, id), ...dependents.map(({ name }) => `stack ${name}`)],
    };
  });
}

/** The path of the request, which the build's command gets by its environment. */
function requestFile(resource: Readonly<Record<string, unknown>>): string {
  const [provisioner] = (resource["provisioner"] ?? []) as readonly {
    readonly "local-exec"?: { readonly environment?: Readonly<Record<string, string>> };
  }[];
  return provisioner?.["local-exec"]?.environment?.["OS_IMAGES_REQUEST"] ?? "";
}

/** Values of secrets that Terraform holds lie beside the request; they are never read. */
function isSecret(filename: string): boolean {
  return basename(filename).startsWith("secret-");
}

/** The request in the text of a `build.json`; undefined if it is none, or another version's. */
export function parsedRequest(text: string | undefined): BuildRequest | undefined {
  if (text === undefined) return undefined;
  try {
    return requestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The resources that refer to what an image's build gives, but for the image's own. */
function resourcesThatUse({ resource = {} }: StackJson, build: string): string[] {
  const reference = `null_resource.${build}.triggers`;
  return Object.entries(resource).flatMap(([type, resources]) =>
    Object.entries(resources)
      .filter(([, values]) => JSON.stringify(values).includes(reference))
      .map(([name]) => `${type}.${name}`),
  );
}
