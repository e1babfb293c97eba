import { delimiter } from "node:path";
import { cachePaths } from "./cache";
import { findTool, firstOnPath } from "./find";
import { findQemuPlugin } from "./plugins";
import { terraformConfigFile } from "./terraform-config";

/**
 * What to add to the environment in which cdktf, Terraform or Packer are started: the tools in the cache (after the
 * machine's own on PATH), the provider mirror, the Packer plugin, and no phoning home. What the user has set is kept:
 * the Terraform CLI configuration is extended, not replaced. Giving it to a process that has it already changes nothing.
 */
export function toolEnvironment(): Record<string, string> {
  return {
    PATH: pathWithCache(),
    CHECKPOINT_DISABLE: "1",
    DISABLE_VERSION_CHECK: "1",
    ...terraformBinary(),
    ...terraformConfig(),
    ...packerPlugins(),
  };
}

function pathWithCache(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const { bin } = cachePaths();
  return [...folders.filter((folder) => folder !== bin), bin].join(delimiter);
}

/** cdktf starts "terraform" unless told otherwise: needed for OpenTofu, and if the first one on PATH is too old. */
function terraformBinary(): Record<string, string> {
  const found = findTool("terraform");
  return found && found.path !== firstOnPath("terraform") ? { TERRAFORM_BINARY_NAME: found.path } : {};
}

/** Providers out of a mirror are linked, not downloaded: a plugin cache would only be shared without a lock. */
function terraformConfig(): Record<string, string> {
  const file = terraformConfigFile();
  return file === undefined ? {} : { TF_CLI_CONFIG_FILE: file, CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1" };
}

function packerPlugins(): Record<string, string> {
  const plugin = findQemuPlugin();
  return plugin?.source === "cache" ? { PACKER_PLUGIN_PATH: plugin.folder } : {};
}
