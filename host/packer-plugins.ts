import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { cachePaths } from "./cache";
import { platformName } from "./platform";
import { atLeast } from "../util/version";

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
