import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { Image } from "../../constructs/image";
import type { ImageProps } from "../../constructs/image-props";
import { ImageStack, useProviders } from "../../constructs/image-stack";
import { Kickstart } from "../../constructs/kickstart";
import { DEMO_INSTALLER } from "../../kickstart/demo";
import { InstallMedium } from "../../recipe/medium";
import { temporaryFolder } from "./temporary";

/** Digest of no medium in particular. */
export const SOME_SHA256 = "0123456789abcdef".repeat(4);

/** A sound description; tests change one property of it. */
export function someImage(changed: Partial<ImageProps> = {}): ImageProps {
  return {
    release: DEMO_INSTALLER,
    medium: InstallMedium.iso({ url: "/media/some.iso", checksum: `sha256:${SOME_SHA256}` }),
    kickstart: Kickstart.fromText("text\n"),
    ...changed,
  };
}

/** An app that writes to a folder of its own. Kickstarts are not checked: most tests need none that would install. */
export function someApp(): App {
  const outdir = temporaryFolder("app");
  return new App({ outdir, context: { projectId: "test" }, skipValidation: true });
}

/** The stack of one image in an app of its own. */
export function someStack(changed: Partial<ImageProps> = {}, name = "some"): ImageStack {
  return new ImageStack(someApp(), name, someImage(changed));
}

/** A stack of one's own, in an app of its own. */
export function ownStack(): TerraformStack {
  const stack = new TerraformStack(someApp(), "some");
  useProviders(stack);
  return stack;
}

/** An image in such a stack. */
export function imageIn(stack: TerraformStack, changed: Partial<ImageProps> = {}): Image {
  return new Image(stack, "image", someImage({ name: "some", ...changed }));
}

/** Terraform's JSON, as far as tests look into it. */
export interface TerraformJson {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly output: Readonly<Record<string, { readonly value: unknown; readonly sensitive?: boolean }>>;
  readonly terraform: unknown;
  readonly data?: unknown;
  readonly locals?: Readonly<Record<string, unknown>>;
}

/** Synthesizes a stack's whole app and reads what Terraform is given for that stack. */
export function synthesized(stack: { readonly node: { readonly id: string; readonly root: unknown } }): TerraformJson {
  const app = stack.node.root as App;
  app.synth();
  return JSON.parse(readFileSync(join(app.outdir, "stacks", stack.node.id, "cdk.tf.json"), "utf8")) as TerraformJson;
}

/** Content of the file of that name that Terraform writes. */
export function fileWritten(json: TerraformJson, name: string): string {
  const files = Object.values(json.resource["local_file"] ?? {});
  const file = files.find(({ filename }) => String(filename).endsWith(`/${name}`));
  if (file === undefined) throw new Error(`no file ${name} is written`);
  return String(file["content"]);
}
