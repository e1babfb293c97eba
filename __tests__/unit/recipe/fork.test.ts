import type { ImageProps } from "../../../constructs/image-props";
import { forkOf } from "../../../recipe/fork";
import { fingerprint } from "../../../recipe/fingerprint";
import { requestSchema, type BuildRequest } from "../../../recipe/request";
import { stagesOf } from "../../../recipe/stages";
import { fileWritten, someStack, synthesized } from "../../support/app";

const step = { kind: "script", file: "platform-x.sh", text: "true\n", environment: { WHO: "me" } } as const;

interface Template {
  readonly source: { readonly qemu: { readonly image: Readonly<Record<string, unknown>> } };
  readonly build: { readonly provisioner: readonly Readonly<Record<string, object>>[] };
}

function forked(changed: Partial<ImageProps> = {}) {
  const json = synthesized(someStack(changed));
  const request = JSON.parse(fileWritten(json, "build.json")) as BuildRequest;
  const template = JSON.parse(fileWritten(json, "some.pkr.json")) as object;
  const fork = forkOf(request, template, step);
  return { before: request, request: fork.request, template: fork.template as Template };
}

describe("a fork of an image", () => {
  it("has the image's stages up to its sealing, then one more", () => {
    const { before, request } = forked();
    const [ours, theirs] = [stagesOf(request.recipe), stagesOf(before.recipe)];
    expect(ours.map(({ name }) => name)).toEqual(["install", "provisioner 1", "seal"]);
    expect(ours[0]?.fingerprint).toBe(theirs[0]?.fingerprint);
    expect(requestSchema.parse(request).fingerprint).toBe(fingerprint(request.recipe));
  });

  it("runs the platform's script after all others and before sealing", () => {
    const { template } = forked();
    const [script, seal] = template.build.provisioner.slice(-2);
    expect(script).toMatchObject({ shell: { script: "platform-x.sh", env: { WHO: "me" } } });
    expect(seal).toHaveProperty("file");
  });

  it.each<Partial<ImageProps>>([{ compression: "zlib" }, { compression: "none" }, { format: "raw" }])(
    "leaves the disk as QEMU wrote it, from an image of %j",
    (changed) => {
      const { image } = forked(changed).template.source.qemu;
      expect(image).toMatchObject({
        format: "qcow2",
        vm_name: "some.qcow2",
        skip_compaction: true,
        qemu_img_args: { create: ["-o", "cluster_size=4096"] },
      });
      expect(image).not.toHaveProperty("disk_compression");
    },
  );
});
