import { sealFile } from "./files";
import { fingerprint } from "./fingerprint";
import type { BuildRequest } from "./request";
import { type ScriptStep, scriptStep, stepRecipe } from "./steps";
import { conversion } from "./template";

/** A Packer template, as far as forking changes it. */
interface Template {
  readonly source: { readonly qemu: { readonly image: Readonly<Record<string, unknown>> } };
  readonly build: { readonly provisioner?: readonly TemplateStep[] };
}

interface TemplateStep {
  readonly file?: { readonly source: string };
}

/** What stands for a compressed disk or a raw one: the disk of a fork is what the exports are made of, and nothing else. */
const FORM = { format: "qcow2", compression: "none" } as const;

/**
 * The request and the template of an image that gets one more script, after all its provisioners. Its stages before that
 * are those of the image, so it goes on from the same checkpoints.
 */
export function forkOf(
  request: BuildRequest,
  template: object,
  step: ScriptStep,
): { readonly request: BuildRequest; readonly template: object } {
  const { recipe, provisioners, name, login } = request;
  const forked = { ...recipe, ...FORM, provisioners: [...recipe.provisioners, stepRecipe(step)] };
  const { source, build, ...rest } = template as Template;
  const image = Object.entries(source.qemu.image).filter(([option]) => option !== "disk_compression");
  const steps = build.provisioner ?? [];
  const seal = steps.findIndex(({ file }) => file?.source === sealFile(login));
  if (seal < 0) throw new Error("the template has no step that brings the sealing script");
  return {
    request: {
      ...request,
      fingerprint: fingerprint(forked),
      recipe: forked,
      provisioners: [...provisioners, step.file],
    },
    template: {
      ...rest,
      source: {
        qemu: {
          image: { ...Object.fromEntries(image), format: FORM.format, vm_name: `${name}.qcow2`, ...conversion(FORM) },
        },
      },
      build: { ...build, provisioner: [...steps.slice(0, seal), scriptStep(step), ...steps.slice(seal)] },
    },
  };
}
