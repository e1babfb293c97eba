import { LocalProvider } from "@cdktf/provider-local/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Image, type ImageProps } from "./image";

/**
 * The oldest provider releases whose behaviour the resources rely on; newer ones will do.
 * The bindings would pin the exact release that they were generated from.
 */
const PROVIDERS = { local: ">= 1.4.0", null: ">= 2.1.2" };

/**
 * A stack with one image, its providers and its outputs, so that each image can be built alone. Properties that need
 * something of the stack, such as its variables, are given as a function of it.
 */
export class ImageStack extends TerraformStack {
  readonly image: Image;

  constructor(scope: Construct, id: string, props: ImageProps | ((stack: TerraformStack) => ImageProps)) {
    super(scope, id);
    useProviders(this);
    this.image = new Image(this, "image", {
      name: id,
      ...(typeof props === "function" ? props(this) : props),
    });
    const { fingerprint, path, manifestPath, format } = this.image.referTo(this);
    const output = (name: string, value: string): TerraformOutput =>
      new TerraformOutput(this, name, { value, staticId: true });
    output("image_path", path);
    output("image_format", format);
    output("image_fingerprint", fingerprint);
    output("image_manifest", manifestPath);
  }
}

/** Declares the providers that images and machines need, with version constraints that older mirrors satisfy. */
export function useProviders(stack: TerraformStack): void {
  new LocalProvider(stack, "local");
  new NullProvider(stack, "null");
  for (const [name, version] of Object.entries(PROVIDERS)) {
    stack.addOverride(`terraform.required_providers.${name}`, { source: `hashicorp/${name}`, version });
  }
}
