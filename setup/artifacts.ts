import { platformName } from "../host/platform";
import { MIRRORED_PROVIDERS } from "../host/providers";
import type { Artifact } from "./artifact";

/** https://releases.hashicorp.com/packer/ */
export const PACKER: Artifact = {
  name: "packer",
  version: "1.15.0",
  goPackage: "github.com/hashicorp/packer",
  release: {
    folder: "https://releases.hashicorp.com/packer/1.15.0",
    zip: `packer_1.15.0_${platformName()}.zip`,
    checksums: "packer_1.15.0_SHA256SUMS",
    member: "packer",
  },
};

/** https://github.com/hashicorp/packer-plugin-qemu/releases; x5.0 is the plugin protocol, as in the release's names. */
export const QEMU_PLUGIN: Artifact = {
  name: "packer-plugin-qemu",
  version: "1.0.9",
  goPackage: "github.com/hashicorp/packer-plugin-qemu",
  release: {
    folder: "https://github.com/hashicorp/packer-plugin-qemu/releases/download/v1.0.9",
    zip: `packer-plugin-qemu_v1.0.9_x5.0_${platformName()}.zip`,
    checksums: "packer-plugin-qemu_v1.0.9_SHA256SUMS",
    member: `packer-plugin-qemu_v1.0.9_x5.0_${platformName()}`,
  },
};

/** https://github.com/opentofu/opentofu/releases */
export const TOFU: Artifact = {
  name: "opentofu",
  version: "1.12.6",
  goPackage: "github.com/opentofu/opentofu/cmd/tofu",
  // Without it the version is "1.12.6-dev".
  linkerFlags: "-X github.com/opentofu/opentofu/version.dev=no",
  release: {
    folder: "https://github.com/opentofu/opentofu/releases/download/v1.12.6",
    zip: `tofu_1.12.6_${platformName()}.zip`,
    checksums: "tofu_1.12.6_SHA256SUMS",
    member: "tofu",
  },
};

/**
 * The providers under the names that their source had when it was last published as a Go module: the commits of the
 * tags v1.4.0 and v2.1.2. Where the registry answers, Terraform takes them from there and these are not built.
 */
export const PROVIDERS: readonly Artifact[] = MIRRORED_PROVIDERS.map(({ name, version }) => ({
  name: `terraform-provider-${name}`,
  version,
  goPackage: `github.com/terraform-providers/terraform-provider-${name}`,
}));
