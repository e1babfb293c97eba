import { posix, relative } from "node:path";
import { File as LocalFile } from "@cdktf/provider-local/lib/file";
import { Fn, TerraformLocal, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { KICKSTART_FILE, sealFile, templateFile } from "../recipe/files";
import { fingerprint } from "../recipe/fingerprint";
import { NATIVE_BUILDERS, type NativeBuilder, nativeTemplate } from "../recipe/native";
import { recipeOf } from "../recipe/recipe";
import { resolveImage } from "../recipe/resolve";
import { sealText } from "../recipe/seal";
import { UNPACK_FILE, unpackScript } from "../recipe/steps";
import { projectPath } from "../util/project-folder";
import { bindKickstart, type ImageProps, readStep, refuseReferences, secretsOf } from "./image-props";
import { identityOf, pathFromStack } from "./project";
import { canonicalJsonTemplate, escapeTemplate, hasToken, prettyJsonTemplate, shortDigits } from "./terraform-text";

export interface NativeTemplateProps extends ImageProps {
  /** The builder of Packer's that builds the image on its platform. */
  readonly builder: NativeBuilder;
}

/**
 * A Packer template that builds an image on a platform itself, for teams that must build there: out of the same description as
 * an `Image`, with the same provisioners and sealing. A deploy writes it, with all that it needs, into `folder`, where
 * `packer init .` and `packer build .` take it. Its stack needs the providers that `useProviders` declares.
 */
export class NativeTemplate extends Construct {
  /** Where it is: `packer/<name>/<builder>` in the project. */
  readonly folder: string;

  /** @throws UserError on properties that no image can be built from, and on a login that the builder cannot use */
  constructor(scope: Construct, id: string, { builder, ...props }: NativeTemplateProps) {
    super(scope, id);
    refuseReferences(props);
    const name = props.name ?? id;
    this.folder = posix.join("packer", name, builder);
    const fromHere = (path: string): string => relative(projectPath(this.folder), projectPath(path));
    const image = resolveImage(
      { ...props, name },
      {
        ...identityOf(props.medium, this),
        installSecrets: secretsOf(props),
        steps: (props.provisioners ?? []).map((step, index) => readStep(step, index, fromHere)),
      },
    );
    // The platforms' disks are SCSI ones, by whatever bus QEMU would have had it.
    const kickstart = bindKickstart(this, { ...image, diskInterface: "virtio-scsi" }, props.kickstart);
    const recipe = recipeOf(image, kickstart?.digest);
    const whole = hasToken(recipe)
      ? Fn.sha256(new TerraformLocal(this, "recipe", canonicalJsonTemplate(recipe)).asString)
      : fingerprint(recipe);

    const place = (file: string, content: string): LocalFile =>
      new LocalFile(this, file, {
        filename: escapeTemplate(posix.join(pathFromStack(TerraformStack.of(this), this.folder), file)),
        content,
        filePermission: "0600",
        directoryPermission: "0700",
      });
    const made = { name: `${image.name}-${shortDigits(whole)}`, fingerprint: whole };
    place(templateFile(image.name), `${prettyJsonTemplate(nativeTemplate(image, builder, made))}\n`);
    place(sealFile(image.buildLogin), escapeTemplate(sealText(image.sealSteps, image.buildLogin)));
    if (NATIVE_BUILDERS[builder].from === "medium") place(KICKSTART_FILE, kickstart?.content ?? "");
    if (image.steps.some(({ kind }) => kind === "files")) place(UNPACK_FILE, escapeTemplate(unpackScript()));
    for (const step of image.steps) if (step.kind === "script") place(step.file, escapeTemplate(step.text));
  }
}
