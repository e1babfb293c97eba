import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cachePaths } from "../host/cache";
import { QEMU_PLUGIN_AT_LEAST, findQemuPlugin } from "../host/packer-plugins";
import { platformName } from "../host/platform";
import { obtain } from "./artifact";
import { QEMU_PLUGIN } from "./artifacts";
import type { Step } from "./step";

/** Packer's QEMU plugin. */
export const packerPlugin: Step = {
  title: "packer's QEMU plugin",

  find() {
    const tool = "packer's QEMU plugin";
    const found = findQemuPlugin();
    if (!found) return [{ tool, remedy: `npx os-images setup (needs ${QEMU_PLUGIN_AT_LEAST} or newer)` }];
    return [{ tool, version: found.version, source: found.folder }];
  },

  async install(note) {
    const { path, how } = await obtain(QEMU_PLUGIN, note);
    putInPlace(path);
    return `${QEMU_PLUGIN.version} ${how}`;
  },
};

/**
 * Lays the plugin out as Packer looks for it, with its checksum in a file beside it, which goes in first
 * (https://developer.hashicorp.com/packer/docs/configure#packer-plugin-directory).
 */
function putInPlace(executable: string): void {
  const folder = join(cachePaths().packerPlugins, "github.com", "hashicorp", "qemu");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `packer-plugin-qemu_v${QEMU_PLUGIN.version}_x5.0_${platformName()}`);
  const beside = join(folder, `.new-${process.pid}`);
  const digest = createHash("sha256").update(readFileSync(executable)).digest("hex");
  writeFileSync(beside, digest);
  renameSync(beside, `${file}_SHA256SUM`);
  copyFileSync(executable, beside);
  renameSync(beside, file);
}
