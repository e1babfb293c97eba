import { TerraformVariable } from "cdktf";
import { Image, ImageExport, ImageStack, Kickstart, Platform } from "../../../index";
import { Login } from "../../../recipe/login";
import { InstallMedium } from "../../../recipe/medium";
import { fileWritten, imageIn, ownStack, someApp, someImage, synthesized, type TerraformJson } from "../../support/app";

function triggers(json: TerraformJson, name: string): Readonly<Record<string, string>> {
  const found = Object.entries(json.resource["null_resource"] ?? {}).find(([id]) => id.startsWith(name));
  return found?.[1]["triggers"] as Readonly<Record<string, string>>;
}

function stackWith(...exports: Platform[]): ImageStack {
  return new ImageStack(someApp(), "some", { ...someImage(), exports });
}

test("an export lies beside its image, by platform and a fingerprint of its own", () => {
  const stack = stackWith(Platform.azure());
  const json = synthesized(stack);
  const { fingerprint } = stack.exportFor("azure");
  const digits = (text: string): string => text.slice(0, 12);
  const place = `/images/some/${digits(stack.image.fingerprint)}/exports/azure-${digits(fingerprint)}/some.vhd`;
  expect(triggers(json, "azure_build")["export_path"]).toMatch(new RegExp(`${place}$`));
  expect(JSON.parse(fileWritten(json, "export.json"))).toMatchObject({ name: "some", fingerprint });
});

test("another option, firmware or image is another fingerprint, and another platform too", () => {
  const platforms = [Platform.aws(), Platform.aws({ format: "raw" }), Platform.azure()];
  const made = platforms.map((platform) => stackWith(platform).exportFor(platform.name).fingerprint);
  const uefi = new ImageStack(someApp(), "some", { ...someImage({ firmware: "uefi" }), exports: [Platform.azure()] });
  expect(new Set([...made, uefi.exportFor("azure").fingerprint]).size).toBe(4);
  expect(stackWith(Platform.azure()).exportFor("azure").fingerprint).toBe(made[2]);
});

test("its outputs begin with the platform's name, and none is sensitive", () => {
  const { output } = synthesized(stackWith(Platform.bareMetal()));
  const names = Object.keys(output).filter((name) => !name.startsWith("image_"));
  expect(names.sort()).toEqual(
    ["fingerprint", "format", "manifest", "path", "sha256", "size_bytes"].map((name) => `bare_metal_${name}`),
  );
  expect(Object.values(output).filter(({ sensitive }) => sensitive)).toEqual([]);
});

test("an image with a Terraform value in its recipe has an export whose path is known in the plan", () => {
  const stack = ownStack();
  const digest = new TerraformVariable(stack, "digest", { type: "string" });
  const medium = InstallMedium.iso({ url: "/a.iso", checksum: `sha256:${digest.stringValue}` });
  new ImageExport(stack, "azure", { image: imageIn(stack, { medium }), platform: Platform.azure() });
  const { export_path = "", export_fingerprint = "" } = triggers(synthesized(stack), "azure_build");
  expect(export_fingerprint).toMatch(/^\$\{sha256\(local\.azure_recipe_/);
  expect(export_path).toMatch(/exports\/azure-\$\{substr\(sha256\(local\.azure_recipe_\w+\), 0, 12\)\}\/some\.vhd$/);
});

test("another stack that takes the path alone reads no state", () => {
  const app = someApp();
  const stack = new ImageStack(app, "some", { ...someImage(), exports: [Platform.azure()] });
  const other = new ImageStack(app, "other", someImage());
  expect(stack.exportFor("azure").referTo(other).path).not.toBe("");
  expect(synthesized(other).data).toBeUndefined();
  expect(other.dependencies).toEqual([stack]);
});

test("what a platform changes inside is in the fingerprint, and a prepared image is another export", () => {
  const { platform } = stackWith(Platform.xen()).exportFor("xen");
  const prepared = stackWith(Platform.xen({ prepared: true })).exportFor("xen");
  expect([platform.recipe, prepared.platform.recipe]).toEqual([
    { kind: "xen", inside: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    { kind: "xen" },
  ]);
  expect(prepared.fingerprint).not.toBe(stackWith(Platform.xen()).exportFor("xen").fingerprint);
});

test.each([
  [
    "something inside an image made elsewhere",
    () => {
      const image = Image.fromPath({ name: "x", path: "/x", format: "raw", fingerprint: "0".repeat(64) });
      new ImageExport(ownStack(), "azure", { image, platform: Platform.azure() });
    },
    'image "x" was made elsewhere, so azure gets nothing inside: write prepared: true',
  ],
  [
    "something inside an image that nobody logs in to",
    () => new ImageStack(someApp(), "some", { ...someImage({ buildLogin: Login.none() }), exports: [Platform.xen()] }),
    'nobody logs in to image "some", so xen gets nothing inside: take another login than Login.none()',
  ],
  [
    "a user of Vagrant's whom sealing removes",
    () => {
      const buildLogin = Login.buildKey({ username: "vagrant" });
      new ImageStack(someApp(), "some", { ...someImage({ buildLogin }), exports: [Platform.vagrantLibvirt()] });
    },
    'the build of image "some" logs in as "vagrant", whom sealing removes: write another username',
  ],
  [
    "a disk above the platform's limit",
    () => new ImageStack(someApp(), "some", { ...someImage({ diskSize: "5T" }), exports: [Platform.azure()] }),
    'image "some" cannot be exported for azure: its disk has 5120 GiB, and 4095 is the most: write another diskSize',
  ],
  [
    "firmware that the platform does not start by",
    () => new ImageStack(someApp(), "some", { ...someImage({ firmware: "uefi" }), exports: [Platform.xen()] }),
    'image "some" cannot be exported for xen: pygrub reads no EFI system partition: write firmware: "bios"',
  ],
  [
    "a name that the platform refuses",
    () => new ImageStack(someApp(), "9web", { ...someImage(), exports: [Platform.google()] }),
    `image "9web" cannot be exported for google: the name of an image of Google's begins with a letter`,
  ],
  [
    "swap where the platform takes none",
    () => {
      const kickstart = Kickstart.fromText("autopart --type=plain\n");
      new ImageStack(someApp(), "some", { ...someImage({ kickstart }), exports: [Platform.azure()] });
    },
    'image "some" cannot be exported for azure: its disk has a swap partition, which Azure wants on the temporary disk',
  ],
  [
    "twice one platform",
    () => stackWith(Platform.aws(), Platform.aws({ format: "raw" })),
    "has aws twice: write a second",
  ],
  ["a platform that is not there", () => stackWith().exportFor("azure"), '"some" has no export for azure: add it'],
  [
    "twice the same export",
    () => {
      const stack = stackWith(Platform.azure());
      new ImageExport(stack, "again", { image: stack.image, platform: Platform.azure() });
    },
    '"some/again" is the same export for azure as "some/azure": leave one out',
  ],
  [
    "an image whose name is a path",
    () => {
      const image = Image.fromPath({ name: "../x", path: "/x", format: "raw", fingerprint: "0".repeat(64) });
      new ImageExport(ownStack(), "azure", { image, platform: Platform.azure() });
    },
    'image name "../x" is not a DNS label',
  ],
])("%s is one clear error", (_, make, message) => {
  expect(make).toThrow(message);
});
