import { existsSync } from "node:fs";
import { join } from "node:path";
import { cachePaths } from "./cache";
import { platformName } from "./platform";

/**
 * The Terraform providers that set-up can serve itself, under the versions that their source is tagged with. They are
 * the newest that are published as Go modules.
 */
export const MIRRORED_PROVIDERS = [
  { name: "local", version: "1.4.0" },
  { name: "null", version: "2.1.2" },
] as const;

/** Where `hashicorp/NAME` is looked up by Terraform and by OpenTofu. */
export const REGISTRY_HOSTS = ["registry.terraform.io", "registry.opentofu.org"] as const;

/** Full names of the mirrored providers, e.g. "registry.terraform.io/hashicorp/local". */
export function mirroredProviders(): string[] {
  return REGISTRY_HOSTS.flatMap((host) => MIRRORED_PROVIDERS.map(({ name }) => `${host}/hashicorp/${name}`));
}

/** The executable's places in the mirror, one for each registry host. */
export function mirrorFiles(provider: (typeof MIRRORED_PROVIDERS)[number]): string[] {
  const { name, version } = provider;
  const file = `terraform-provider-${name}_v${version}`;
  return REGISTRY_HOSTS.map((host) =>
    join(cachePaths().providers, host, "hashicorp", name, version, platformName(), file),
  );
}

/** Whether the cache can serve every one of them. */
export function mirrorIsComplete(): boolean {
  return MIRRORED_PROVIDERS.flatMap(mirrorFiles).every((file) => existsSync(file));
}
