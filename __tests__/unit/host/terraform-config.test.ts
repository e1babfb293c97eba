import { choosesProviderSource, withMirror } from "../../../host/terraform-config";

const mirror = { folder: "/cache/providers", providers: ["registry.terraform.io/hashicorp/local"] };

describe("a Terraform CLI configuration", () => {
  it("has a provider_installation only as a block, not as a comment about one", () => {
    expect(choosesProviderSource("provider_installation {\n  direct {}\n}")).toBe(true);
    expect(choosesProviderSource("# provider_installation {\n//provider_installation {\n")).toBe(false);
    expect(choosesProviderSource("/*\nprovider_installation {\n}\n*/")).toBe(false);
    expect(choosesProviderSource("")).toBe(false);
  });

  it("is left alone when it is JSON", () => {
    expect(choosesProviderSource('\n{"disable_checkpoint": true}')).toBe(true);
  });

  it("gets the mirror for the mirrored providers and the registry for all others", () => {
    expect(withMirror("", mirror, [])).toBe(`provider_installation {
  filesystem_mirror {
    path    = "/cache/providers"
    include = ["registry.terraform.io/hashicorp/local"]
  }
  direct {
    exclude = ["registry.terraform.io/hashicorp/local"]
  }
}
`);
  });

  it("keeps what the user wrote", () => {
    const own = 'credentials "app.terraform.io" {\n  token = "x"\n}\n';
    expect(withMirror(own, mirror, [])).toContain(`${own}\nprovider_installation {`);
  });

  it("keeps Terraform's own search folders, except for the mirrored providers", () => {
    const libvirt = "registry.terraform.io/dmacvicar/libvirt";
    const local = { folder: "/home/u/.terraform.d/plugins", providers: [libvirt, ...mirror.providers] };
    const config = withMirror("", mirror, [local]);
    expect(config).toContain(`path    = "/home/u/.terraform.d/plugins"\n    include = ["${libvirt}"]`);
    expect(config).toContain(`exclude = ["registry.terraform.io/hashicorp/local", "${libvirt}"]`);
  });
});
