import { posix } from "node:path";
import { File as LocalFile } from "@cdktf/provider-local/lib/file";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { Fn, TerraformLocal, type TerraformResource, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { recipeOf, requestOf } from "../recipe/compose";
import { type Description, type DescriptionProps, describe } from "../recipe/description";
import { KICKSTART_FILE, REQUEST_FILE, templateFile } from "../recipe/files";
import { fingerprint, SHORT_DIGITS } from "../recipe/fingerprint";
import { buildLoginSection } from "../recipe/login";
import type { InstallMedium } from "../recipe/medium";
import { packerTemplate } from "../recipe/template";
import { builderCommand } from "./builder-command";
import {
  loginLeft,
  readScript,
  refuseUnknownSecret,
  refuseSecondOfName,
  refuseTokens,
  secretsOf,
} from "./image-inputs";
import type { Kickstart } from "./kickstart";
import { absolute, type ImageLogin, type ImageReference, type MachineImage } from "./machine-image";
import { mediumChecksum } from "./medium-checksum";
import { DEFAULT_STORE, stackKey, pathFromStack } from "./store-location";
import { referThroughState } from "./state-reference";
import { canonicalJsonTemplate, escapeTemplate, hasToken, prettyJsonTemplate } from "./terraform-text";

/**
 * A resource's address, for references within its stack. Not `fqn` or `id`: for each of those, cdktf records the stack
 * of its caller, which takes longer than the rest of a synthesis.
 */
function addressOf({ friendlyUniqueId, terraformResourceType }: TerraformResource): string {
  return `${terraformResourceType}.${friendlyUniqueId}`;
}

/** A request names no secret's value; yet only its owner and the builder need it. */
const PRIVATE_FILE = "0600";
const PRIVATE_FOLDER = "0700";

export interface ImageProps extends DescriptionProps {
  /**
   * A DNS label; the image's folder in the store.
   * @default the construct's id
   */
  readonly name?: string;
  readonly medium: InstallMedium;
  readonly kickstart: Kickstart;
  /**
   * Scripts that run as root in the installed system, in order; files.
   * @default none
   */
  readonly provisioners?: readonly string[];
  /**
   * Folder of the store, absolute or relative to the project; a local file system.
   * @default "images"
   */
  readonly store?: string;
  /**
   * Who may log in to machines made from the image.
   * @default nobody that the description knows of, but for a `login` that stays in the image
   */
  readonly machineLogin?: ImageLogin;
}

/**
 * An image, built by Packer's QEMU builder when Terraform applies, and found in the store when it is there already.
 * @throws UserError on a description that no image can be built from
 */
export class Image extends Construct implements MachineImage {
  readonly name: string;
  readonly firmware: "bios" | "uefi";
  readonly architecture = "x86_64";
  readonly login: ImageLogin;
  /** 64 hex digits; a Terraform reference where a part of the recipe is known to Terraform alone. */
  readonly fingerprint: string;
  /** What runs the build; its `triggers` hold what consumers take. */
  readonly build: NullResource;
  readonly description: Description;
  readonly kickstart: Kickstart;
  /** The kickstart's text, where it is known before the plan. */
  readonly kickstartText: string | undefined;
  private readonly folder: string;

  constructor(scope: Construct, id: string, props: ImageProps) {
    super(scope, id);
    refuseTokens(props);
    this.description = describe(props, {
      name: props.name ?? id,
      isoUrl: props.medium.url,
      isoChecksum: mediumChecksum(props.medium),
      secrets: secretsOf(props),
      provisioners: (props.provisioners ?? []).map(readScript),
    });
    const { name } = this.description;
    this.name = name;
    refuseSecondOfName(this, props.store ?? DEFAULT_STORE);
    refuseUnknownSecret(this.description, props.kickstart);
    this.firmware = this.description.firmware;
    this.login = props.machineLogin ?? loginLeft(this.description);

    this.kickstart = props.kickstart;
    const kickstart = this.kickstart.bind(this, buildLoginSection(this.description.login, this.kickstart.raw));
    this.kickstartText = kickstart.text;
    const recipe = recipeOf(this.description, kickstart.digest);
    this.fingerprint = hasToken(recipe)
      ? Fn.sha256(new TerraformLocal(this, "recipe", canonicalJsonTemplate(recipe)).asString)
      : fingerprint(recipe);

    this.folder = posix.join(
      pathFromStack(TerraformStack.of(this), props.store ?? DEFAULT_STORE),
      name,
      hasToken(recipe) ? Fn.substr(this.fingerprint, 0, SHORT_DIGITS) : this.fingerprint.slice(0, SHORT_DIGITS),
    );
    const request = posix.join(this.folder, "requests", stackKey(this));
    const file = (fileId: string, fileName: string, content: string): LocalFile =>
      new LocalFile(this, fileId, {
        filename: posix.join(request, fileName),
        content,
        filePermission: PRIVATE_FILE,
        directoryPermission: PRIVATE_FOLDER,
      });
    const secretFile = (secret: string): string => `secret-${secret}`;
    const buildJson = prettyJsonTemplate(requestOf(this.description, recipe, this.fingerprint, secretFile));
    const buildFile = file("build.json", REQUEST_FILE, `${buildJson}\n`);
    const files = [
      file("kickstart.cfg", KICKSTART_FILE, kickstart.content),
      file("pkr.json", templateFile(name), `${prettyJsonTemplate(packerTemplate(this.description))}\n`),
      buildFile,
      ...this.description.provisioners.map((script) => file(script.file, script.file, escapeTemplate(script.text))),
    ];
    const secrets = this.description.secrets.flatMap(({ name: secret, source }) =>
      source.kind === "terraform" ? [file(`secret_${secret}`, secretFile(secret), source.value)] : [],
    );
    this.build = this.placeBuild(files, secrets, posix.join(request, REQUEST_FILE));
    this.warnOfLoss(buildFile);
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
        format: this.description.format,
      };
    }
    consumer.addDependency(stack);
    if (!hasToken(this.fingerprint)) {
      return {
        fingerprint: this.fingerprint,
        path: absolute(this.diskPath),
        manifestPath: absolute(this.manifestPath),
        format: this.description.format,
      };
    }
    return referThroughState(scope, stack, this.description.format);
  }

  private get diskPath(): string {
    return posix.join(this.folder, `${this.name}.${this.description.format}`);
  }

  private get manifestPath(): string {
    return posix.join(this.folder, "manifest.json");
  }

  /**
   * The request stands between the files and the build: `local_file` ids are unknown in a plan that creates the files
   * again, and one unknown trigger would make the image's path unknown too, and replace every consumer.
   */
  private placeBuild(files: readonly LocalFile[], secrets: readonly LocalFile[], requestFile: string): NullResource {
    const request = new NullResource(this, "request", {
      triggers: Object.fromEntries(
        files.map((file) => [file.node.id.replace(/[^A-Za-z0-9]/g, "_"), `\${${addressOf(file)}.id}`]),
      ),
    });
    return new NullResource(this, "build", {
      triggers: {
        image_fingerprint: this.fingerprint,
        image_path: this.diskPath,
        image_manifest: this.manifestPath,
        image_format: this.description.format,
      },
      lifecycle: { replaceTriggeredBy: [addressOf(request)] },
      dependsOn: [request, ...secrets].map((resource) => ({ fqn: addressOf(resource) })),
      provisioners: [{ type: "local-exec", command: builderCommand(requestFile) }],
    });
  }

  /**
   * A `check` block warns where a deployed image has lost its disk; a failing precondition would block the repair too.
   * Before the first deploy there is no request, and nothing to warn of.
   */
  private warnOfLoss(request: LocalFile): void {
    const stack = TerraformStack.of(this);
    const lost = ["image_path", "image_manifest"].map((key) => `!fileexists(${addressOf(this.build)}.triggers.${key})`);
    stack.addOverride(`check.${this.build.friendlyUniqueId}`, {
      assert: {
        condition: `\${!(fileexists(${addressOf(request)}.filename) && (${lost.join(" || ")}))}`,
        error_message:
          `The image "${this.name}" has lost files. Run \`npx os-images verify ${this.name}\`, which moves what is ` +
          `left of it aside, and deploy again: it is then rebuilt.`,
      },
    });
  }
}
