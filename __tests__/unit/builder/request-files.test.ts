import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { loadRequest } from "../../../builder/request-files";
import { fingerprint } from "../../../recipe/fingerprint";
import { Login } from "../../../recipe/login";
import type { BuildRequest } from "../../../recipe/request";
import { sha256 } from "../../../util/digest";
import { testMedium, writeRequest } from "../../support/request";
import { temporaryFolder } from "../../support/temporary";

const store = temporaryFolder("request");

const MEDIUM = { medium: testMedium({ iso: "/media/some.iso", sha256: "0".repeat(64) }) };

/** The same request as another version of the package would have planned it: with a fingerprint that fits. */
function plannedOtherwise(change: (request: BuildRequest) => BuildRequest): string {
  const { file, request } = writeRequest(store, MEDIUM);
  const other = change(request);
  const planned = { ...other, fingerprint: fingerprint(other.recipe) };
  const target = file.replace(request.fingerprint.slice(0, 12), planned.fingerprint.slice(0, 12));
  if (target !== file) cpSync(dirname(file), dirname(target), { recursive: true });
  writeFileSync(target, JSON.stringify(planned));
  return target;
}

describe("the sealing script of a request", () => {
  it("is the package's own, with the digest that the recipe has, and no file of Terraform's", () => {
    const { file, request } = writeRequest(store, MEDIUM);
    const seal = loadRequest(file).files.get("seal.sh")?.toString() ?? "";
    expect(sha256(seal)).toBe(request.recipe.seal);
    expect(seal).toMatch(/^#!\/bin\/sh\n[^]*export BUILD_USER='packer'\n[^]*systemctl poweroff --force\n$/);
    expect(readdirSync(dirname(file)).sort()).toEqual(["build.json", "demo.pkr.json", "kickstart.cfg"]);
  });

  it("has no step that was switched off", () => {
    const { file } = writeRequest(store, { ...MEDIUM, skipSealSteps: ["histories"] });
    const seal = loadRequest(file).files.get("seal.sh")?.toString() ?? "";
    expect(seal).toContain("os-images: seal: logs");
    expect(seal).not.toContain("histories");
  });

  it.each<[string, (request: BuildRequest) => BuildRequest]>([
    ["another text", (request) => ({ ...request, recipe: { ...request.recipe, seal: "f".repeat(64) } })],
    ["other steps", (request) => ({ ...request, sealSteps: ["free-space"] })],
    ["a step of its own", (request) => ({ ...request, sealSteps: ["../../../etc/passwd" as never] })],
    ["no steps", (request) => ({ ...request, sealSteps: [] })],
  ])("is refused if the version that planned it seals with %s", (_, change) => {
    expect(() => loadRequest(plannedOtherwise(change))).toThrow(
      /was planned with another version of os-images, which seals images in another way: run the deploy again/,
    );
  });

  it("is a section of the kickstart without a login, without the steps that undo a login", () => {
    const { file, request } = writeRequest(store, { ...MEDIUM, buildLogin: Login.none() });
    const { files } = loadRequest(file);
    const seal = files.get("seal.cfg")?.toString() ?? "";
    expect([...files.keys()].sort()).toEqual(["build.json", "demo.pkr.json", "kickstart.cfg", "seal.cfg"]);
    expect(sha256(seal)).toBe(request.recipe.seal);
    expect(seal).toMatch(/^\n# Sealing, added by os-images\.\n%post --erroronfail\nset -eu\n[^]*\n%end\n$/);
    expect(seal).toContain("os-images: seal: installer-leftovers");
    expect(seal).not.toMatch(/remove-build-user|quiet-logs|poweroff/);
  });

  it("is refused in the form of an older version", () => {
    const older = plannedOtherwise((request) => ({ ...request, requestVersion: 1 as never }));
    expect(() => loadRequest(older)).toThrow(/is no build request of version 3: run the deploy again/);
  });
});
