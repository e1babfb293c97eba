import { dirname, join, resolve } from "node:path";
import { TerraformVariable } from "cdktf";
import { ImageStack } from "../../../constructs/image-stack";
import { Kickstart } from "../../../constructs/kickstart";
import { DEMO_INSTALLER } from "../../../kickstart/demo";
import { Login } from "../../../recipe/login";
import { InstallMedium } from "../../../recipe/medium";
import { OsRelease } from "../../../recipe/release";
import { Secret } from "../../../recipe/secret";
import {
  fileWritten,
  imageIn,
  ownStack,
  someApp,
  someImage,
  someStack,
  synthesized,
  type TerraformJson,
} from "../../support/app";

function build(json: TerraformJson): Record<string, unknown> {
  const found = Object.entries(json.resource["null_resource"] ?? {}).find(([id]) => id.startsWith("image_build"));
  return found?.[1] ?? {};
}

describe("an image", () => {
  it("has a fingerprint that is known before the plan, in its path and in the builder's input", () => {
    const stack = someStack();
    const json = synthesized(stack);
    const { fingerprint } = stack.image;
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    const triggers = build(json)["triggers"] as Record<string, string>;
    expect(triggers["image_path"]).toMatch(new RegExp(`/images/some/${fingerprint.slice(0, 12)}/some.qcow2$`));
    expect(JSON.parse(fileWritten(json, "build.json"))).toMatchObject({ fingerprint, name: "some" });
  });

  it("has a path without this checkout's folder, so that two checkouts plan the same", () => {
    const { image_path } = build(synthesized(someStack()))["triggers"] as Record<string, string>;
    expect(image_path).toMatch(/^(\.\.\/)+/);
  });

  it("has an absolute path when the store is outside the project", () => {
    const { image_path } = build(synthesized(someStack({ store: "/srv/store" })))["triggers"] as Record<string, string>;
    expect(image_path).toMatch(/^\/srv\/store\/some\//);
  });

  it.each([
    ["media/a b.iso", {}, "../../../../../media/a b.iso"],
    ["media/a.iso", { store: "deep/store" }, "../../../../../../media/a.iso"],
    ["media/a.iso", { store: "/srv/store" }, join(process.cwd(), "media/a.iso")],
    ["../a.iso", {}, join(dirname(process.cwd()), "a.iso")],
    ["~/a.iso", {}, "~/a.iso"],
    ["file:///media/a%20b.iso", {}, "/media/a b.iso"],
    ["https://vendor.example/a%20b.iso", {}, "https://vendor.example/a%20b.iso"],
  ])("finds its medium %j from the request's folder, by a relative path within the project", (url, more, isoUrl) => {
    const medium = InstallMedium.iso({ url, checksum: `sha256:${"0".repeat(64)}` });
    expect(JSON.parse(fileWritten(synthesized(someStack({ medium, ...more })), "build.json"))).toMatchObject({
      medium: { kind: "iso", url: isoUrl },
    });
  });

  it("has the sealing script's digest in its plan, not its text", () => {
    const json = synthesized(someStack());
    const { recipe } = JSON.parse(fileWritten(json, "build.json")) as { recipe: { seal: string } };
    expect(recipe.seal).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(json)).not.toContain("BUILD_USER");
  });

  it.each([
    [Login.none(), undefined, "boot"],
    [Login.none(), "none", "none"],
    [Login.buildKey(), undefined, "none"],
    [Login.buildKey(), "boot", "boot"],
  ] as const)(
    "is started before it is published if nobody logged in, or if asked for: %#",
    (buildLogin, proof, expected) => {
      const json = synthesized(someStack({ buildLogin, ...(proof !== undefined && { proof }) }));
      expect(JSON.parse(fileWritten(json, "build.json"))).toMatchObject({ settings: { proof: expected } });
    },
  );

  it("has outputs with stable names, none sensitive", () => {
    const { output } = synthesized(someStack());
    expect(Object.keys(output).sort()).toEqual(["image_fingerprint", "image_format", "image_manifest", "image_path"]);
    expect(Object.values(output).filter(({ sensitive }) => sensitive)).toEqual([]);
  });

  it("writes its request with file mode 0600 and folder mode 0700", () => {
    const files = Object.values(synthesized(someStack()).resource["local_file"] ?? {});
    expect(files.length).toBe(3);
    for (const file of files) {
      expect(file).toMatchObject({ file_permission: "0600", directory_permission: "0700" });
      expect(file["filename"]).toMatch(/\/requests\/\$\{substr\(sha256\(".*"\), 0, 8\)\}\/[^/]+$/);
    }
  });

  it("arrives in Terraform byte for byte, whatever its kickstart says", () => {
    const text = 'echo ${HOME} %{x} {{.Names}} @@ \\ "q" $PATH $${y} é\n@@ssh_key@@\n';
    const content = fileWritten(synthesized(someStack({ kickstart: Kickstart.fromText(text) })), "kickstart.cfg");
    expect(content.replaceAll("$${", "${").replaceAll("%%{", "%{")).toBe(text);
    expect(content.replaceAll("$${", "").replaceAll("%%{", "")).not.toMatch(/[$%]\{/);
  });

  it("is known only in the plan when a Terraform variable is in its recipe", () => {
    const stack = ownStack();
    const digest = new TerraformVariable(stack, "digest", { type: "string" });
    imageIn(stack, { medium: InstallMedium.iso({ url: "/a.iso", checksum: `sha256:${digest.stringValue}` }) });
    const triggers = build(synthesized(stack))["triggers"] as Record<string, string>;
    expect(triggers["image_fingerprint"]).toBe("${sha256(local.image_recipe_82F25E2F)}");
    expect(triggers["image_path"]).toContain("${substr(sha256(local.image_recipe_82F25E2F), 0, 12)}");
  });

  it("never has a secret's value in triggers or commands, and hides it though its variable is not sensitive", () => {
    const stack = ownStack();
    const variable = new TerraformVariable(stack, "root_password", { type: "string" });
    const secret = Secret.fromVariable("ROOT", variable);
    imageIn(stack, {
      kickstart: Kickstart.fromText('rootpw "@@secret:ROOT@@"', { secrets: [secret] }),
      buildLogin: Login.password(secret, { username: "root" }),
    });
    const json = synthesized(stack);
    expect(JSON.stringify(json.resource["null_resource"])).not.toContain("var.root_password");
    expect(fileWritten(json, "secret-ROOT")).toBe("${sensitive(var.root_password)}");
    expect(JSON.parse(fileWritten(json, "build.json"))).toMatchObject({
      secrets: [{ name: "ROOT", version: "1", source: { kind: "file", path: "secret-ROOT" } }],
    });
  });

  it("lets machines use a login that stays in it", () => {
    const buildLogin = Login.privateKey("/home/me/.ssh/id", { username: "root" });
    expect(someStack({ buildLogin, kickstart: Kickstart.fromText("text") }).image.login).toEqual({
      username: "root",
      method: "key",
    });
    expect(someStack().image.login.method).toBe("none");
  });
});

describe("the machine type of a UEFI image", () => {
  it.each([
    [OsRelease.ROCKY_9, "q35"],
    [DEMO_INSTALLER, "pc"],
  ])("is one whose CD drive the installer can read: $0.id, $1", (release, machineType) => {
    const json = synthesized(someStack({ release, firmware: "uefi", boot: "kernel" }));
    expect(JSON.parse(fileWritten(json, "build.json"))).toMatchObject({ recipe: { firmware: "uefi", machineType } });
  });
});

describe("bad input", () => {
  const cases: [string, Parameters<typeof someStack>[0], string][] = [
    ["a disk size that is no size", { diskSize: "big" }, 'diskSize "big" is not a size'],
    ["memory that is no number", { memoryMiB: NaN }, "memoryMiB is NaN: write a whole number from 64 to"],
    [
      "an unknown compression",
      { compression: "gzip" as never },
      'compression is "gzip": write "zstd" or "zlib" or "none"',
    ],
    ["an unknown boot", { boot: "pxe" as never }, 'boot is "pxe": write "bootCommand" or "kernel"'],
    [
      "an unknown sealing step",
      { skipSealSteps: ["package-cache" as never] },
      'skipSealSteps has "package-cache": write one of remove-build-user, quiet-logs, ',
    ],
    [
      "a provisioner that nobody logs in to run",
      { buildLogin: Login.none(), provisioners: [__filename] },
      'image "some" has provisioners, but nobody logs in to run them: write their scripts as %post sections',
    ],
    ["an unknown proof", { proof: "login" as never }, 'proof is "login": write "boot" or "none"'],
    ["no cpus", { cpus: 0 }, "cpus is 0: write a whole number from 1 to 1024"],
    [
      "a kernel started directly by UEFI on a machine whose CD drive stays off",
      { firmware: "uefi" as const, boot: "kernel" as const, machineType: "pc", release: OsRelease.ROCKY_9 },
      'leaves the IDE drives of machine type "pc" off; write machineType: "q35"',
    ],
    ["a name that is no DNS label", { name: "My_Image" }, 'image name "My_Image" is not a DNS label: write a-z'],
    ["a name that is a path", { name: "../x" }, 'image name "../x" is not a DNS label'],
    ["a script that is not there", { provisioners: ["no.sh"] }, 'provisioning script "no.sh" cannot be read (ENOENT)'],
    [
      "a Packer variable that replaces one of ours",
      { packerVariables: { qemuargs: "[]" } },
      'packer variable "qemuargs" of image "some" is the template\'s own: write another name',
    ],
    [
      "two secrets of one name that differ",
      {
        kickstart: Kickstart.fromText("rootpw @@secret:ROOT@@", {
          secrets: [Secret.fromEnv("ROOT"), Secret.fromFile("ROOT", "/run/root")],
        }),
      },
      'image "some" has two secrets named "ROOT" that differ: give one another name',
    ],
    ["a Packer variable that is no name", { packerVariables: { "a-b": "" } }, 'packer variable "a-b" of image "some"'],
    [
      "a marker of a secret that is not given",
      { kickstart: Kickstart.fromText("rootpw @@secret:ROOT@@") },
      'names the secret "ROOT", which it is not given',
    ],
  ];

  it.each(cases)("%s is one clear error", (_, changed, message) => {
    expect(() => someStack(changed)).toThrow(message);
  });

  it("two images with one name are an error that names both", () => {
    const app = someApp();
    new ImageStack(app, "one", someImage({ name: "same" }));
    expect(() => new ImageStack(app, "two", someImage({ name: "same" }))).toThrow(
      'two images are named "same": "one/image" and "two/image"',
    );
  });

  it.each(["./images", "images/", "./sub/../images", resolve("images")])(
    "two images of one name are an error if one store is written %j",
    (store) => {
      const app = someApp();
      new ImageStack(app, "one", someImage({ name: "same", store: "images" }));
      expect(() => new ImageStack(app, "two", someImage({ name: "same", store }))).toThrow(
        'two images are named "same"',
      );
    },
  );

  it("a medium without a URL is an error", () => {
    expect(() => InstallMedium.iso({ url: " ", checksum: `sha256:${"0".repeat(64)}` })).toThrow(
      "is no medium: write a path",
    );
  });

  it("a Terraform reference for a property that needs a plain value is an error that names the property", () => {
    const stack = ownStack();
    const size = new TerraformVariable(stack, "size", { type: "string" });
    expect(() => imageIn(stack, { diskSize: size.stringValue })).toThrow(
      "diskSize is a reference to a Terraform value",
    );
  });

  it.each(["1abc", "a-b", ""])("the secret name %j is an error", (name) => {
    expect(() => Secret.fromFile(name, "/x")).toThrow(`secret name "${name}" is not valid`);
  });
});
