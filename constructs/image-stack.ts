import { LocalProvider } from "@cdktf/provider-local/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { TerraformLocal, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Platform } from "../platforms/platform";
import { UserError } from "../util/user-error";
import { Image } from "./image";
import { ImageExport } from "./image-export";
import type { ImageProps } from "./image-props";
import { escapeTemplate } from "./terraform-text";

/**
 * The oldest provider releases whose behaviour the resources rely on; newer ones will do.
 * The bindings would pin the exact release that they were generated from.
 */
const PROVIDERS = { local: ">= 1.4.0", null: ">= 2.1.2" };

/** An image, and the platforms that it is exported for. */
export interface ImageStackProps extends ImageProps {
  /** At most one of each platform; its outputs begin with the platform's name. @default - none */
  readonly exports?: readonly Platform[];
}

/**
 * A stack with one image, its exports, providers and outputs, so that each image can be built alone. An image that needs more
 * of its stack, such as variables, is an `Image` in a `TerraformStack` of your own.
 */
export class ImageStack extends TerraformStack {
  readonly image: Image;
  private readonly exports: readonly ImageExport[];

  /** @throws UserError on properties that no image can be built from, and on a platform that is there twice */
  constructor(scope: Construct, id: string, { exports = [], ...props }: ImageStackProps) {
    super(scope, id);
    useProviders(this);
    this.image = new Image(this, "image", { name: id, ...props });
    this.image.addOutputs();
    this.exports = exports.map((platform, index) => {
      if (exports.findIndex(({ name }) => name === platform.name) !== index) {
        throw new UserError(
          `exports of "${id}" has ${platform.name} twice: write a second one as new ImageExport(stack, "...", {...})`,
        );
      }
      const made = new ImageExport(this, platform.name, { image: this.image, platform });
      made.addOutputs();
      return made;
    });
  }

  /**
   * The export for a platform, such as "azure".
   * @throws UserError if it is none of the stack's
   */
  exportFor(platform: Platform["name"]): ImageExport {
    const found = this.exports.find((made) => made.platform.name === platform);
    if (found !== undefined) return found;
    throw new UserError(`"${this.node.id}" has no export for ${platform}: add it to the stack's exports`);
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

/** Makes every plan of a stack fail with a message; the other stacks of the app are not concerned. */
export function refusePlan(stack: TerraformStack, message: string): void {
  // Terraform takes no condition that refers to nothing.
  const missing = new TerraformLocal(stack, "missing", escapeTemplate(message)).asString;
  const precondition = [{ condition: `\${${missing} == ""}`, errorMessage: missing }];
  new NullResource(stack, "refused", { lifecycle: { precondition } });
}
