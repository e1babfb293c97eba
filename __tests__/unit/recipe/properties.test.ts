import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageProps } from "../../../constructs/image-props";
import { Kickstart } from "../../../constructs/kickstart";
import { Login } from "../../../recipe/login";
import { InstallMedium } from "../../../recipe/medium";
import { ROWS } from "../../../recipe/properties";
import { OsRelease } from "../../../recipe/release";
import { Secret } from "../../../recipe/secret";
import { fileWritten, SOME_SHA256, someStack, synthesized } from "../../support/app";
import { temporaryFolder } from "../../support/temporary";

const script = join(temporaryFolder("script"), "a.sh");
writeFileSync(script, "#!/bin/sh\n");

/** Another value than the default or than `someImage`'s, for every property. */
const OTHER: Required<ImageProps> = {
  kickstart: Kickstart.fromText("cmdline\n"),
  provisioners: [script],
  skipSealSteps: ["package-caches"],
  medium: InstallMedium.iso({ url: "/media/some.iso", checksum: `sha256:${"f".repeat(64)}` }),
  buildLogin: Login.buildKey({ username: "somebody" }),
  revision: "2026-11",
  firmware: "uefi",
  machineType: "q35",
  cpuModel: "qemu64",
  memoryMiB: 4096,
  diskSize: "11G",
  format: "raw",
  compression: "zlib",
  diskInterface: "sata",
  netDevice: "e1000",
  shutdownCommand: "sudo -n sh /dev/shm/os-images-seal.sh now",
  name: "other",
  release: OsRelease.ROCKY_9,
  store: "/srv/images",
  remote: "s3://images/team",
  remoteMode: "required",
  login: { username: "admin", method: "key" },
  accelerator: "tcg",
  proof: "boot",
  cpus: 1,
  headless: false,
  boot: "kernel",
  bootCommand: ["<enter>"],
  bootWaitSeconds: 9,
  bootKeyIntervalMs: 99,
  delivery: "cd",
  installTimeoutSeconds: 60,
  loginTimeoutSeconds: 61,
  packerVariables: { kernel_options: "quiet" },
  checkpoints: "none",
  checkpointMaxAgeDays: 1,
};

describe("the recipe", () => {
  const fingerprint = someStack().image.fingerprint;

  it.each(ROWS.map(([property, { fingerprint: side }]) => [property, side] as const))("has %s %s", (property, side) => {
    const other = someStack({ [property]: OTHER[property] }).image.fingerprint;
    expect(other === fingerprint).toBe(side === "outside");
  });

  it("covers the medium's digest, not its URL", () => {
    const medium = InstallMedium.iso({ url: "https://elsewhere/a.iso", checksum: `sha256:${SOME_SHA256}` });
    expect(someStack({ medium }).image.fingerprint).toBe(fingerprint);
  });

  it("covers a secret's name and version, not the source of its value", () => {
    const withSecret = (secret: Secret): string =>
      someStack({ kickstart: Kickstart.fromText("rootpw @@secret:ROOT@@", { secrets: [secret] }) }).image.fingerprint;
    expect(withSecret(Secret.fromEnv("ROOT"))).toBe(withSecret(Secret.fromFile("ROOT", "/run/root")));
    expect(withSecret(Secret.fromEnv("ROOT"))).not.toBe(withSecret(Secret.fromEnv("ROOT", { version: "2" })));
  });

  it("does not depend on the order of secrets, and has equal ones once", () => {
    const of = (...secrets: Secret[]): string =>
      someStack({ kickstart: Kickstart.fromText("rootpw @@secret:A@@ @@secret:B@@", { secrets }) }).image.fingerprint;
    const [a, b] = [Secret.fromEnv("A"), Secret.fromEnv("B")];
    expect(of(b, a)).toBe(of(a, b));
    expect(of(a, b, Secret.fromEnv("A"))).toBe(of(a, b));
  });

  it("covers a boot command that the user wrote, but not the default one", () => {
    const { image } = someStack();
    const recipe = (changed: Partial<ImageProps>): object =>
      (JSON.parse(fileWritten(synthesized(someStack(changed)), "build.json")) as { recipe: object }).recipe;
    expect(recipe({})).not.toHaveProperty("bootCommand");
    expect(recipe({ delivery: "cd" })).toEqual(recipe({}));
    expect(recipe({ bootCommand: ["<tab> fips=1<enter>"] })).toHaveProperty("bootCommand", ["<tab> fips=1<enter>"]);
    expect(someStack({ packerVariables: {} }).image.fingerprint).toBe(image.fingerprint);
  });
});
