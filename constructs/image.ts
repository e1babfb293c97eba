import { posix } from "node:path";
import type { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { Fn, TerraformLocal, TerraformOutput, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { layoutOf } from "../kickstart/disk-layout";
import type { DiskLayout } from "../platforms/limits";
import { KICKSTART_FILE, REQUEST_FILE, templateFile } from "../recipe/files";
import { fingerprint } from "../recipe/fingerprint";
import type { ImageLogin } from "../recipe/image-properties";
import type { Login } from "../recipe/login";
import { PROPERTIES, type ResolvedImage } from "../recipe/properties";
import { recipeOf } from "../recipe/recipe";
import { requestOf } from "../recipe/request";
import { resolveImage } from "../recipe/resolve";
import { packerTemplate } from "../recipe/template";
import { projectPath } from "../util/project-folder";
import { refuseSecondOfName } from "./app-images";
import { bindKickstart, type ImageProps, readStep, refuseReferences, secretsOf } from "./image-props";
import { absolute, type ImageFileProps, imageFromPath, type ImageReference, type MachineImage } from "./machine-image";
import { identityOf, mediumFromRequest, pathFromRequest, pathFromStack, sharedByProject } from "./project";
import { StackState } from "./state";
import { placeRequest } from "./store-request";
import { canonicalJsonTemplate, escapeTemplate, hasToken, prettyJsonTemplate, shortDigits } from "./terraform-text";

const MANIFEST_FILE = "manifest.json";

/**
 * An image, built by Packer's QEMU builder when Terraform applies, and found in the store if it is there already. Its
 * stack needs the providers that `useProviders` declares.
 */
export class Image extends Construct implements MachineImage {
  /**
   * An image made elsewhere, for consumers that take a `MachineImage`.
   * @throws UserError on a relative path, or a fingerprint that is no sha256
   */
  static fromPath(props: ImageFileProps): MachineImage {
    return imageFromPath(props);
  }

  readonly name: string;
  readonly firmware: "bios" | "uefi";
  readonly architecture = "x86_64";
  readonly login: ImageLogin;
  readonly buildLogin: Login;
  readonly layout?: DiskLayout;
  /** 64 hex digits; a Terraform reference if a part of the recipe is known to Terraform alone. */
  readonly fingerprint: string;
  readonly diskMiB: number;
  private readonly format: ResolvedImage["format"];
  readonly store: string;
  /** Its folder below the store. */
  private readonly folder: string;
  /** What runs the build; its `triggers` hold what consumers take. */
  private readonly build: NullResource;
  /** The names of its outputs begin with it, if it has any. */
  private outputPrefix: string | undefined;

  /** @throws UserError on properties that no image can be built from */
  constructor(scope: Construct, id: string, props: ImageProps) {
    super(scope, id);
    refuseReferences(props);
    const seenFromRequest = (path: string): string => pathFromRequest(path, props.store ?? PROPERTIES.store.default);
    const image = resolveImage(
      { name: id, ...sharedByProject(this), ...props },
      {
        ...identityOf(props.medium, this),
        installSecrets: secretsOf(props),
        steps: (props.provisioners ?? []).map((step, index) => readStep(step, index, seenFromRequest)),
      },
    );
    this.name = image.name;
    this.firmware = image.firmware;
    this.login = image.login;
    this.diskMiB = image.diskMiB;
    this.buildLogin = image.buildLogin;
    this.format = image.format;
    this.store = image.store;
    refuseSecondOfName(this, projectPath(image.store), image.name);
    const kickstart = bindKickstart(this, image, props.kickstart);
    if (kickstart?.text !== undefined) this.layout = layoutOf(kickstart.text);
    const recipe = recipeOf(image, kickstart?.digest);
    this.fingerprint = hasToken(recipe)
      ? Fn.sha256(new TerraformLocal(this, "recipe", canonicalJsonTemplate(recipe)).asString)
      : fingerprint(recipe);

    this.folder = posix.join(image.name, shortDigits(this.fingerprint));
    const secretFile = (secret: string): string => `secret-${secret}`;
    const places = { medium: mediumFromRequest(image), secretFile };
    const buildJson = prettyJsonTemplate(requestOf(image, recipe, this.fingerprint, places));
    const template = `${prettyJsonTemplate(packerTemplate(image))}\n`;
    const stack = TerraformStack.of(this);
    this.build = placeRequest(this, {
      folder: this.pathFrom(stack, ""),
      files: [
        { id: "build.json", name: REQUEST_FILE, content: `${buildJson}\n` },
        ...(kickstart === undefined ? [] : [{ id: "kickstart.cfg", name: KICKSTART_FILE, content: kickstart.content }]),
        { id: "pkr.json", name: templateFile(image.name), content: template },
        ...image.steps.flatMap((step) =>
          step.kind === "script" ? [{ id: step.file, name: step.file, content: escapeTemplate(step.text) }] : [],
        ),
      ],
      secrets: image.secrets.flatMap(({ name, source }) =>
        source.kind === "terraform"
          ? [{ id: `secret_${name}`, name: secretFile(name), content: Token.asString(Fn.sensitive(source.value)) }]
          : [],
      ),
      script: "builder/main",
      triggers: {
        image_fingerprint: this.fingerprint,
        image_path: escapeTemplate(this.pathFrom(stack, this.diskFile)),
        image_manifest: escapeTemplate(this.pathFrom(stack, MANIFEST_FILE)),
        image_format: this.format,
        // A reference if both are in one stack, so that the base comes first.
        ...(image.medium.base !== undefined && { base_fingerprint: image.medium.base.referTo(this).fingerprint }),
      },
      made: ["image_path", "image_manifest"],
      lost:
        `The image "${this.name}" has lost files. Run \`npx os-images verify ${this.name}\`, which moves what is ` +
        `left of it aside, and deploy again: it is then rebuilt.`,
    });
  }

  referTo(scope: Construct): ImageReference {
    const stack = TerraformStack.of(this);
    const consumer = TerraformStack.of(scope);
    const trigger = (key: string): string => this.build.getStringAttribute(`triggers.${key}`);
    if (consumer === stack) {
      return {
        fingerprint: trigger("image_fingerprint"),
        path: absolute(trigger("image_path")),
        manifestPath: absolute(trigger("image_manifest")),
        format: this.format,
      };
    }
    if (consumer.node.root === stack.node.root) consumer.addDependency(stack);
    if (!hasToken(this.fingerprint)) {
      return {
        fingerprint: this.fingerprint,
        path: absolute(this.pathFrom(consumer, this.diskFile)),
        manifestPath: absolute(this.pathFrom(consumer, MANIFEST_FILE)),
        format: this.format,
      };
    }
    return this.referThroughState(consumer, stack);
  }

  /**
   * Gives the image's stack outputs for plain Terraform, none of them sensitive: `image_path`, `image_format`,
   * `image_fingerprint` and `image_manifest`. A stack of several images needs a prefix of its own for each.
   */
  addOutputs(prefix = "image"): void {
    const { fingerprint, path, manifestPath, format } = this.referTo(this);
    const stack = TerraformStack.of(this);
    for (const [name, value] of Object.entries({ path, format, fingerprint, manifest: manifestPath })) {
      new TerraformOutput(stack, `${prefix}_${name}`, { value, staticId: true });
    }
    this.outputPrefix ??= prefix;
  }

  /**
   * Values that only the applied state knows, read from the image's outputs. Those are not sensitive, unlike cdktf's own
   * cross-stack references, which would silence the consumer's log.
   */
  private referThroughState(consumer: TerraformStack, stack: TerraformStack): ImageReference {
    if (this.outputPrefix === undefined) this.addOutputs(this.build.friendlyUniqueId);
    const state = StackState.of(stack, consumer);
    const output = (name: string): string => state.getString(`${this.outputPrefix}_${name}`);
    return {
      fingerprint: output("fingerprint"),
      path: output("path"),
      manifestPath: output("manifest"),
      format: this.format,
    };
  }

  private get diskFile(): string {
    return `${this.name}.${this.format}`;
  }

  /** A file of the image, as a stack sees it. */
  private pathFrom(stack: TerraformStack, file: string): string {
    return posix.join(pathFromStack(stack, this.store), this.folder, file);
  }
}
