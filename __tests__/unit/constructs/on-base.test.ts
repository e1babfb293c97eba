import { join } from "node:path";
import { Image } from "../../../constructs/image";
import { ImageStack } from "../../../constructs/image-stack";
import { DEMO_INSTALLER } from "../../../kickstart/demo";
import { InstallMedium } from "../../../recipe/medium";
import { fileWritten, imageIn, ownStack, SOME_SHA256, someImage, someStack, synthesized } from "../../support/app";

const release = DEMO_INSTALLER;

interface Request {
  readonly recipe: { readonly base?: string; readonly kickstart?: string };
  readonly medium: object;
}

const requestIn = (stack: Parameters<typeof synthesized>[0]): Request =>
  JSON.parse(fileWritten(synthesized(stack), "build.json")) as Request;

describe("an image on another one", () => {
  it("of another stack is deployed after it, and has its fingerprint in its own", () => {
    const golden = someStack({}, "golden");
    const app = golden.node.scope!;
    const web = new ImageStack(app, "web", { release, medium: InstallMedium.image(golden.image) });
    expect(web.dependsOn(golden)).toBe(true);
    const { recipe, medium } = requestIn(web);
    expect(recipe.base).toBe(golden.image.fingerprint);
    expect(recipe).not.toHaveProperty("kickstart");
    expect(medium).toEqual({ kind: "image", name: "golden", store: "../../../.." });
    const other = new ImageStack(app, "other", someImage({ revision: "2" }));
    const onOther = new ImageStack(app, "on-other", {
      release,
      name: "web",
      store: "more",
      medium: InstallMedium.image(other.image),
    });
    expect(onOther.image.fingerprint).not.toBe(web.image.fingerprint);
  });

  it("of the same stack is built after it", () => {
    const stack = ownStack();
    const golden = imageIn(stack);
    new Image(stack, "web", { release, medium: InstallMedium.image(golden) });
    const { null_resource: builds } = synthesized(stack).resource;
    expect(Object.values(builds ?? {}).map(({ triggers }) => triggers)).toContainEqual(
      expect.objectContaining({
        base_fingerprint: expect.stringMatching(/\$\{null_resource\.image_build_.*image_fingerprint/) as string,
      }),
    );
  });

  it("that was made elsewhere has its path and the sha256 of its disk", () => {
    const file = Image.fromPath({ name: "vendor", path: "/srv/vendor.raw", format: "raw", fingerprint: SOME_SHA256 });
    const stack = new ImageStack(ownStack().node.scope!, "web", { release, medium: InstallMedium.image(file) });
    const { recipe, medium } = requestIn(stack);
    expect(recipe.base).toBe(SOME_SHA256);
    expect(medium).toMatchObject({ kind: "image", name: "vendor", disk: { path: "/srv/vendor.raw", format: "raw" } });
  });

  it("in a store outside of the project names that by its absolute path", () => {
    const stack = ownStack();
    const golden = imageIn(stack, { store: "/srv/golden" });
    const web = new ImageStack(stack.node.scope!, "web", { release, medium: InstallMedium.image(golden) });
    expect(requestIn(web).medium).toMatchObject({ store: join("/srv/golden") });
  });

  it("can be what a third one is built on", () => {
    const golden = someStack({}, "golden");
    const app = golden.node.scope!;
    const web = new ImageStack(app, "web", { release, medium: InstallMedium.image(golden.image) });
    const shop = new ImageStack(app, "shop", { release, medium: InstallMedium.image(web.image) });
    expect(requestIn(shop).recipe.base).toBe(web.image.fingerprint);
  });
});

test("an image with an installer needs a kickstart", () => {
  const { release, medium } = someImage();
  expect(() => new ImageStack(ownStack().node.scope!, "bare", { release, medium })).toThrow(
    'image "bare" has no kickstart: write kickstart: Kickstart.fromFile("...")',
  );
});
