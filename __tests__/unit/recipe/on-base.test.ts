import type { ImageProperties } from "../../../recipe/image-properties";
import { Login } from "../../../recipe/login";
import { type BaseImage, InstallMedium } from "../../../recipe/medium";
import type { ResolvedImage } from "../../../recipe/properties";
import { recipeOf } from "../../../recipe/recipe";
import { OsRelease } from "../../../recipe/release";
import { resolveImage } from "../../../recipe/resolve";
import { resumedTemplate } from "../../../recipe/resume";
import { Secret } from "../../../recipe/secret";
import { seedTexts } from "../../../recipe/seed";
import { stagesOf } from "../../../recipe/stages";
import { packerTemplate } from "../../../recipe/template";
import { SOME_SHA256 } from "../../support/app";

const golden: BaseImage = {
  name: "golden",
  firmware: "uefi",
  fingerprint: SOME_SHA256,
  store: "images",
  login: { username: "admin", method: "key" },
  diskMiB: 4096,
  referTo: () => ({ fingerprint: SOME_SHA256 }),
};

function onBase(props: Partial<ImageProperties> & { readonly kickstart?: object } = {}): ResolvedImage {
  const steps = ["a.sh", "b.sh"].map((file) => ({ kind: "script" as const, file, text: "", environment: {} }));
  const medium = InstallMedium.image(golden);
  return resolveImage(
    { name: "web", release: OsRelease.ROCKY_9, medium, ...props },
    { base: SOME_SHA256, installSecrets: [], steps },
  );
}

type Options = Readonly<Record<string, unknown>>;
const optionsOf = (template: object): Options =>
  (template as { readonly source: { readonly qemu: { readonly image: Options } } }).source.qemu.image;
const options = (props: Partial<ImageProperties> = {}): Options => optionsOf(packerTemplate(onBase(props)));

describe("an image that is built on another one", () => {
  it("has its firmware, login and the size of its disk, unless a larger one is given", () => {
    expect(onBase()).toMatchObject({ firmware: "uefi", diskMiB: 4096, login: golden.login });
    const buildLogin = Login.privateKey("/key", { username: "builder" });
    expect(onBase({ buildLogin })).toMatchObject({ login: { username: "builder", method: "key" } });
    expect(onBase({ diskSize: "5G" })).toMatchObject({ diskMiB: 5120 });
  });

  it("has the base's fingerprint in its recipe, in place of medium and kickstart, and a stage of that name", () => {
    const recipe = recipeOf(onBase(), undefined);
    expect(recipe).toMatchObject({ base: SOME_SHA256 });
    for (const key of ["isoChecksum", "kickstart", "bootCommand"]) expect(recipe).not.toHaveProperty(key);
    const names = stagesOf(recipe).map(({ name }) => name);
    expect(names).toEqual(["base", "provisioner 1", "provisioner 2", "seal"]);
    expect(stagesOf(recipe)[0]?.inputs).toMatchObject({ base: SOME_SHA256 });
  });

  it.each<[Partial<ImageProperties> & { readonly kickstart?: object }, string]>([
    [{ kickstart: {} }, "without an installer: leave out kickstart"],
    [{ delivery: "cd" }, "without an installer: leave out delivery"],
    [{ boot: "kernel" }, "without an installer: leave out boot"],
    [{ bootCommand: [] }, "without an installer: leave out bootCommand"],
    [{ bootWaitSeconds: 1 }, "without an installer: leave out bootWaitSeconds"],
    [{ bootKeyIntervalMs: 1 }, "without an installer: leave out bootKeyIntervalMs"],
    [{ installTimeoutSeconds: 60 }, "without an installer: leave out installTimeoutSeconds"],
    [{ packerVariables: { a: "b" } }, "without an installer: leave out packerVariables"],
    [{ firmware: "bios" }, 'which starts by uefi, but its firmware is "bios": leave it out'],
    [{ diskSize: "4095M" }, 'whose disk has 4096 MiB, but its own has 4095: write diskSize: "4096M" or more'],
    [{ buildLogin: Login.none() }, "but nobody logs in to go on there: take Login.password() or Login.privateKey()"],
    [{ name: "golden" }, "give one of them another name"],
  ])("is refused with %j", (props, message) => {
    expect(() => onBase(props)).toThrow(`is built on the image "golden"`);
    expect(() => onBase(props)).toThrow(message);
  });

  it("starts from the disk, as a build that goes on from a checkpoint", () => {
    expect(options()).toMatchObject({ disk_image: true, use_backing_file: true, boot_command: [], disable_vnc: true });
    for (const option of ["http_content", "boot_wait"]) expect(options()).not.toHaveProperty(option);
    const template = packerTemplate(onBase());
    expect(optionsOf(resumedTemplate(template, 1))).toEqual(optionsOf(template));
    expect((template as { variable: object }).variable).not.toHaveProperty("http_path");
  });

  it("gets the build's login by cloud-init, and nothing if the base has the login", () => {
    expect(options()).toMatchObject({
      cd_label: "cidata",
      cd_content: {
        "/user-data": '${replace(replace(file("user-data"), "@@ssh_key@@", var.ssh_public_key), "{{", "{{`{{`}}")}',
      },
    });
    const given = [
      Login.privateKey("/key", { username: "admin" }),
      Login.password(Secret.fromEnv("PASSWORD"), { username: "admin" }),
    ];
    for (const buildLogin of given) expect(options({ buildLogin })).not.toHaveProperty("cd_content");
  });
});

test("cloud-init makes the login as a kickstart's last section does, in an instance of the base", () => {
  const { "user-data": userData, "meta-data": metaData } = seedTexts("builder", SOME_SHA256);
  expect(metaData).toBe("instance-id: os-images-0123456789ab\n");
  const [first, ...rest] = userData.split("\n");
  expect(first).toBe("#cloud-config");
  const { users, bootcmd } = JSON.parse(rest.join("\n")) as { users: unknown[]; bootcmd: string[][] };
  expect(users).toEqual([]);
  expect(bootcmd).toEqual([
    ["/bin/sh", "-c", expect.stringMatching(/^set -eu\n[^]*user=builder\n[^]*@@ssh_key@@\nKEY\n[^]* fi\n$/)],
  ]);
  expect(userData).not.toMatch(/%post|%end|\$\{|%\{/);
});
