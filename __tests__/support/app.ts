import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { ImageProps } from "../../constructs/image";
import { ImageStack } from "../../constructs/image-stack";
import { Kickstart } from "../../constructs/kickstart";
import { InstallMedium } from "../../recipe/medium";
import { OsRelease } from "../../recipe/release";

/** Digest of no medium in particular. */
export const SOME_SHA256 = "0123456789abcdef".repeat(4);

/** A sound description; tests change one property of it. */
export function someImage(changed: Partial<ImageProps> = {}): ImageProps {
  return {
    release: OsRelease.DEMO,
    medium: InstallMedium.iso({ url: "/media/some.iso", checksum: `sha256:${SOME_SHA256}` }),
    kickstart: Kickstart.fromText("text\n"),
    ...changed,
  };
}

/** An app that writes to a folder of its own. */
export function someApp(): App {
  return new App({ outdir: mkdtempSync(join(tmpdir(), "os-images-app-")), context: { projectId: "test" } });
}

/** The stack of one image in an app of its own. */
export function someStack(changed: Partial<ImageProps> = {}, name = "some"): ImageStack {
  return new ImageStack(someApp(), name, someImage(changed));
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
