import { existsSync, readdirSync } from "node:fs";
import { arch, homedir, platform } from "node:os";
import { join } from "node:path";
import { atLeast } from "../util/version";
import { cachePaths } from "./cache";

/** The machine's name as Go, Terraform and Packer write it, e.g. "linux_amd64" (https://go.dev/doc/install/source#environment). */
export function platformName(): string {
  const os = platform() === "win32" ? "windows" : platform();
  const cpu = arch() === "x64" ? "amd64" : arch() === "ia32" ? "386" : arch();
  return `${os}_${cpu}`;
}

/** The oldest QEMU plugin that will do. */
export const QEMU_PLUGIN_AT_LEAST = "1.0.9";

/** A folder of Packer plugins that holds the QEMU plugin. */
export interface FoundPlugin {
  /** The folder, as PACKER_PLUGIN_PATH wants it. */
  readonly folder: string;
  readonly version: string;
  readonly source: "machine" | "cache";
}

/** Finds the QEMU plugin: in the user's own plugin folder first, then in the cache. */
export function findQemuPlugin(): FoundPlugin | undefined {
  const cached = cachePaths().packerPlugins;
  return inFolder(userFolder(), cached) ?? inFolder(cached, cached);
}

/** Where Packer looks by itself (https://developer.hashicorp.com/packer/docs/configure). */
function userFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const home = environment["HOME"] ?? homedir();
  return (
    environment["PACKER_PLUGIN_PATH"] ??
    join(environment["PACKER_CONFIG_DIR"] ?? join(home, ".config", "packer"), "plugins")
  );
}

function inFolder(folder: string, cached: string): FoundPlugin | undefined {
  let files: string[];
  try {
    files = readdirSync(join(folder, "github.com", "hashicorp", "qemu"));
  } catch {
    return undefined;
  }
  const pattern = new RegExp(`^packer-plugin-qemu_v([0-9.]+)_x5\\.[0-9]+_${platformName()}$`);
  for (const file of files) {
    const version = pattern.exec(file)?.[1];
    const usable = version !== undefined && files.includes(`${file}_SHA256SUM`);
    if (usable && atLeast(version, QEMU_PLUGIN_AT_LEAST)) {
      return { folder, version, source: folder === cached ? "cache" : "machine" };
    }
  }
  return undefined;
}

/**
 * The Terraform providers that set-up can serve itself, under the versions that their source is tagged with. They are
 * the newest that are published as Go modules.
 */
export const MIRRORED_PROVIDERS: readonly MirroredProvider[] = [
  { owner: "hashicorp", name: "local", version: "1.4.0" },
  { owner: "hashicorp", name: "null", version: "2.1.2" },
];

/** The provider of libvirt machines, which is in the mirror if set-up was asked for it. */
export const LIBVIRT_PROVIDER: MirroredProvider = { owner: "dmacvicar", name: "libvirt", version: "0.8.3" };

/** What asks a Xen host for its guests in each plan; in the mirror likewise. */
export const EXTERNAL_PROVIDER: MirroredProvider = { owner: "hashicorp", name: "external", version: "1.2.0" };

export interface MirroredProvider {
  /** Its namespace in the registry. */
  readonly owner: string;
  readonly name: string;
  readonly version: string;
}

/** Where `OWNER/NAME` is looked up by Terraform and by OpenTofu. */
export const REGISTRY_HOSTS = ["registry.terraform.io", "registry.opentofu.org"] as const;

/** Full names of the mirrored providers, e.g. "registry.terraform.io/hashicorp/local". */
export function mirroredProviders(): string[] {
  const asked = [LIBVIRT_PROVIDER, EXTERNAL_PROVIDER].filter((provider) => isMirrored([provider]));
  return REGISTRY_HOSTS.flatMap((host) =>
    [...MIRRORED_PROVIDERS, ...asked].map(({ owner, name }) => `${host}/${owner}/${name}`),
  );
}

/** The executable's places in the mirror, one for each registry host. */
export function mirrorFiles({ owner, name, version }: MirroredProvider): string[] {
  const file = `terraform-provider-${name}_v${version}`;
  return REGISTRY_HOSTS.map((host) => join(cachePaths().providers, host, owner, name, version, platformName(), file));
}

/** Whether the cache can serve every one of them. */
export function isMirrored(providers: readonly MirroredProvider[]): boolean {
  return providers.flatMap(mirrorFiles).every((file) => existsSync(file));
}
