import { posix } from "node:path";
import type { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { Fn, TerraformLocal, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { exportFingerprint, exportRecipe, type ExportRequest } from "../platforms/export-request";
import { requireChangeable } from "../platforms/guest";
import { requireWithinLimits } from "../platforms/limits";
import { artefactName, formatOf, type Platform } from "../platforms/platform";
import { UserError } from "../util/user-error";
import { absolute, type MachineImage } from "./machine-image";
import { pathFromStack } from "./project";
import { StackState } from "./state";
import { addressOf, placeRequest } from "./store-request";
import { canonicalJsonTemplate, escapeTemplate, hasToken, prettyJsonTemplate, shortDigits } from "./terraform-text";

export interface ImageExportProps {
  readonly image: MachineImage;
  readonly platform: Platform;
}

/** What one consumer sees of an export, as values for its own resources. */
export interface ExportReference {
  /** 64 hex digits: the image's, the platform's options and the converter's version. Known in the plan. */
  readonly fingerprint: string;
  /** Absolute path of the platform's file on the host that plans. Known in the plan. */
  readonly path: string;
  /** Absolute path of the export's `manifest.json`. Known in the plan. */
  readonly manifestPath: string;
  /** Such as "vhd". */
  readonly format: string;
  /** Of the file, 64 hex digits; known once it is made. */
  readonly sha256: string;
  /** Of the file; known once it is made. */
  readonly sizeBytes: number;
}

/**
 * A platform's file, made from an image when Terraform applies and kept in the store beside it. Its stack needs the
 * providers that `useProviders` declares.
 */
export class ImageExport extends Construct {
  readonly platform: Platform;
  /** 64 hex digits; a Terraform reference if the image's is one. */
  readonly fingerprint: string;
  private readonly image: MachineImage;
  /** What makes it; its `triggers` hold what consumers take. */
  private readonly build: NullResource;
  /** The names of its outputs begin with it, if it has any. */
  private outputPrefix: string | undefined;

  /**
   * @throws UserError if the stack has the same export already, if the image has a name that is none or goes beyond a limit of
   * the platform, or if the platform wants something inside and the image cannot be changed
   */
  constructor(scope: Construct, id: string, { image, platform }: ImageExportProps) {
    super(scope, id);
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(image.name)) {
      throw new UserError(`image name "${image.name}" is not a DNS label: write a-z, 0-9 and -, at most 63`);
    }
    requireWithinLimits(platform.name, image);
    requireChangeable(image.buildLogin, image.name, platform.recipe);
    this.image = image;
    this.platform = platform;
    const reference = image.referTo(this);
    const imageFingerprint = hasToken(image.fingerprint) ? reference.fingerprint : image.fingerprint;
    const recipe = exportRecipe(imageFingerprint, image.firmware, platform.recipe);
    this.fingerprint = hasToken(recipe)
      ? Fn.sha256(new TerraformLocal(this, "recipe", canonicalJsonTemplate(recipe)).asString)
      : exportFingerprint(recipe);
    refuseSecond(this, image);
    const request: ExportRequest = {
      requestVersion: 1,
      name: image.name,
      fingerprint: this.fingerprint,
      recipe,
      ...(image.disk !== undefined && { disk: image.disk }),
    };
    const stack = TerraformStack.of(this);
    const folder = this.folderFrom(stack, imageFingerprint);
    this.build = placeRequest(this, {
      folder,
      files: [{ id: "export.json", name: "export.json", content: `${prettyJsonTemplate(request)}\n` }],
      script: "builder/exports/main",
      triggers: {
        export_fingerprint: this.fingerprint,
        export_path: escapeTemplate(posix.join(folder, this.file)),
        export_manifest: escapeTemplate(posix.join(folder, "manifest.json")),
        // A reference in the image's own stack, so that the image comes first.
        image_fingerprint: reference.fingerprint,
      },
      made: ["export_path", "export_manifest"],
      lost:
        `The export of image "${image.name}" for ${platform.name} has lost files. Run \`npx os-images verify\`, ` +
        "which moves what is left of it aside, and deploy again: it is then made anew.",
    });
  }

  /** Values for the stack of `scope`, which is deployed after the export's. */
  referTo(scope: Construct): ExportReference {
    const stack = TerraformStack.of(this);
    const consumer = TerraformStack.of(scope);
    const format = formatOf(this.platform.recipe);
    if (consumer === stack) {
      const trigger = (key: string): string => this.build.getStringAttribute(`triggers.export_${key}`);
      const made = (key: "sha256" | "sizeBytes"): TerraformLocal =>
        (this.node.tryFindChild(key) as TerraformLocal | undefined) ?? new TerraformLocal(this, key, this.fact(key));
      return {
        fingerprint: trigger("fingerprint"),
        path: absolute(trigger("path")),
        manifestPath: absolute(trigger("manifest")),
        format,
        sha256: made("sha256").asString,
        sizeBytes: made("sizeBytes").asNumber,
      };
    }
    if (consumer.node.root === stack.node.root) consumer.addDependency(stack);
    const known = !hasToken(this.fingerprint);
    const pathOf = (file: string): string =>
      absolute(posix.join(this.folderFrom(consumer, this.image.fingerprint), file));
    const output = (name: string): string => this.stateIn(consumer).getString(`${this.outputPrefix}_${name}`);
    const sizeBytes = (): number => this.stateIn(consumer).getNumber(`${this.outputPrefix}_size_bytes`);
    return {
      fingerprint: known ? this.fingerprint : output("fingerprint"),
      path: known ? pathOf(this.file) : output("path"),
      manifestPath: known ? pathOf("manifest.json") : output("manifest"),
      format,
      // Only who asks for these needs the state, which is not there before the first deploy.
      get sha256() {
        return output("sha256");
      },
      get sizeBytes() {
        return sizeBytes();
      },
    };
  }

  /** The platform's file as those take it that make machines from an image, such as a Xen guest. */
  get asImage(): MachineImage {
    const { name, firmware, architecture, login, store } = this.image;
    const { fingerprint } = this;
    return { name, firmware, architecture, login, store, fingerprint, referTo: (scope) => this.referTo(scope) };
  }

  /**
   * Gives the stack outputs for plain Terraform, none of them sensitive: `<prefix>_path`, `_format`, `_fingerprint`,
   * `_manifest`, `_sha256` and `_size_bytes`.
   */
  addOutputs(prefix = this.node.id.replace(/[^A-Za-z0-9_]/g, "_")): void {
    const { fingerprint, path, manifestPath, format, sha256, sizeBytes } = this.referTo(this);
    const values = { path, format, fingerprint, manifest: manifestPath, sha256, size_bytes: sizeBytes };
    const stack = TerraformStack.of(this);
    for (const [name, value] of Object.entries(values)) {
      new TerraformOutput(stack, `${prefix}_${name}`, { value, staticId: true });
    }
    this.outputPrefix ??= prefix;
  }

  /** The state of the export's stack, read by another one. */
  private stateIn(consumer: TerraformStack): StackState {
    if (this.outputPrefix === undefined) this.addOutputs(this.build.friendlyUniqueId);
    return StackState.of(TerraformStack.of(this), consumer);
  }

  private get file(): string {
    return artefactName(this.image.name, this.platform.recipe);
  }

  private folderFrom(stack: TerraformStack, imageFingerprint: string): string {
    const { name, store } = this.image;
    const exportName = `${this.platform.name}-${shortDigits(this.fingerprint)}`;
    return posix.join(pathFromStack(stack, store), name, shortDigits(imageFingerprint), "exports", exportName);
  }

  /**
   * Something of the file out of the manifest, as a Terraform expression. It hangs on the resource's id, which no plan
   * knows that is going to make the file; null if the manifest was lost since.
   */
  private fact(key: "sha256" | "sizeBytes"): string {
    const build = addressOf(this.build);
    const manifest = `${build}.id == "" ? "" : ${build}.triggers.export_manifest`;
    return `\${try(jsondecode(file(${manifest})).files[0].${key}, null)}`;
  }
}

/** Name and fingerprint of each stack's exports, with the path of their construct. */
const exportsOfStack = new WeakMap<TerraformStack, Map<string, string>>();

/** Two equal exports of one stack would write to the same request. */
function refuseSecond({ node, fingerprint, platform }: ImageExport, image: MachineImage): void {
  const stack = TerraformStack.of(node.scope as Construct);
  const known = exportsOfStack.get(stack) ?? new Map<string, string>();
  exportsOfStack.set(stack, known);
  const key = `${image.name}/${fingerprint}`;
  const other = known.get(key);
  if (other !== undefined) {
    throw new UserError(`"${node.path}" is the same export for ${platform.name} as "${other}": leave one out`);
  }
  known.set(key, node.path);
}
