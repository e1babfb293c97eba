import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { App, Aspects, type IAspect, S3Backend, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import { Image } from "../../../constructs/image";
import { ImageStack, useProviders } from "../../../constructs/image-stack";
import { Kickstart } from "../../../constructs/kickstart";
import { imageIn, ownStack, someApp, someImage, synthesized, type TerraformJson } from "../../support/app";
import { temporaryFolder } from "../../support/temporary";

/** An image with a Terraform value in its recipe, so that its fingerprint is known in the plan. */
function imageWithVariable(stack: TerraformStack, name: string): Image {
  const lang = new TerraformVariable(stack, `lang-${name}`, { type: "string" });
  const kickstart = Kickstart.fromText(`lang ${lang.stringValue}\n`);
  return new Image(stack, name, someImage({ kickstart }));
}

/** A stack with one output for each image: its path as that stack sees it. */
function consumerOf(app: App, ...images: readonly Image[]): TerraformStack {
  const consumer = new TerraformStack(app, "consumer");
  for (const image of images) {
    new TerraformOutput(consumer, image.name, { value: image.referTo(consumer).path, staticId: true });
  }
  return consumer;
}

function written(app: App, stack: string): TerraformJson {
  return JSON.parse(readFileSync(join(app.outdir, "stacks", stack, "cdk.tf.json"), "utf8")) as TerraformJson;
}

describe("a reference from another stack", () => {
  it("uses the outputs of its own image when a stack has two", () => {
    const stack = ownStack();
    const app = stack.node.root as App;
    const consumer = synthesized(consumerOf(app, imageWithVariable(stack, "one"), imageWithVariable(stack, "two")));
    const { output } = written(app, "some");
    for (const name of ["one", "two"]) {
      const [, wanted] = /outputs\.(\w+)/.exec(String(consumer.output[name]?.value)) ?? [];
      expect(output).toHaveProperty(wanted ?? "");
      expect(String(output[wanted ?? ""]?.value)).toContain(`null_resource.${name}_build_`);
      expect(output[wanted ?? ""]?.sensitive).toBeUndefined();
    }
  });

  it("adds the outputs to a stack of one's own that has none yet", () => {
    const stack = ownStack();
    const app = stack.node.root as App;
    const { output } = synthesized(consumerOf(app, imageWithVariable(stack, "one")));
    const [, wanted] = /outputs\.(\w+)/.exec(String(output["one"]?.value)) ?? [];
    expect(Object.keys(written(app, "some").output)).toContain(wanted);
  });

  it("uses the outputs that addOutputs made", () => {
    const stack = ownStack();
    const image = imageWithVariable(stack, "one");
    image.addOutputs("web");
    const { output } = synthesized(consumerOf(stack.node.root as App, image));
    expect(output["one"]?.value).toBe("${data.terraform_remote_state.image-state-some.outputs.web_path}");
  });

  it("reads the right state when its backend is set after the reference", () => {
    const stack = ownStack();
    const consumer = consumerOf(stack.node.root as App, imageWithVariable(stack, "one"));
    new S3Backend(stack, { bucket: "states", key: "one.tfstate" });
    const { data } = synthesized(consumer);
    expect(data).toMatchObject({
      terraform_remote_state: {
        "image-state-some": {
          backend: "s3",
          config: { bucket: "states", key: "one.tfstate" },
          workspace: "${terraform.workspace}",
        },
      },
    });
  });

  it("reads the right state when an aspect sets its backend", () => {
    const stack = ownStack();
    const backend: IAspect = {
      visit: (node) => {
        if (node !== stack) return;
        stack.node.tryRemoveChild("backend");
        new S3Backend(stack, { bucket: "states", key: "aspect.tfstate" });
      },
    };
    Aspects.of(stack).add(backend);
    const { data } = synthesized(consumerOf(stack.node.root as App, imageWithVariable(stack, "one")));
    expect(JSON.stringify(data)).toContain('"key":"aspect.tfstate"');
  });

  it("is a path that is right from the consumer's folder, also in a deeper output folder", () => {
    const { image } = new ImageStack(someApp(), "some", someImage());
    const outdir = join(temporaryFolder("deep"), "a", "b", "cdktf.out");
    mkdirSync(outdir, { recursive: true });
    const other = new App({ outdir, skipValidation: true });
    const consumer = consumerOf(other, image);
    const { output } = synthesized(consumer);
    const [, path = ""] = /^\$\{abspath\("(.*)"\)\}$/.exec(String(output["some"]?.value)) ?? [];
    const [short] = [image.fingerprint.slice(0, 12)];
    expect(resolve(outdir, "stacks", "consumer", path)).toBe(resolve("images", "some", short, "some.qcow2"));
    expect(consumer.dependencies).toEqual([]);
  });
});

describe("an image's path", () => {
  it("points to the project's store when the output folder is a symbolic link", () => {
    const real = temporaryFolder("real");
    mkdirSync(join(real, "deep", "er"), { recursive: true });
    const link = join(real, "cdktf.out");
    symlinkSync(join(real, "deep", "er"), link);
    const stack = new TerraformStack(new App({ outdir: link, skipValidation: true }), "some");
    useProviders(stack);
    const image = imageIn(stack);
    const build = Object.entries(synthesized(stack).resource["null_resource"] ?? {}).find(([id]) =>
      id.includes("build"),
    );
    const { image_path: path = "" } = build?.[1]["triggers"] as Record<string, string>;
    const short = image.fingerprint.slice(0, 12);
    expect(resolve(real, "deep/er/stacks/some", path)).toBe(resolve("images", "some", short, "some.qcow2"));
  });
});
