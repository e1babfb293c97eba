import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { cachePaths } from "../host/cache";
import { VERSIONED_TOOLS, findTool, setUpCommand, type VersionedToolName } from "../host/find";
import { QEMU_PLUGIN_AT_LEAST, findQemuPlugin, platformName } from "../host/plugins";
import { sha256 } from "../util/digest";
import { makeWhole, writeWhole } from "../util/whole-file";
import { PACKER, QEMU_PLUGIN, TOFU, obtain } from "./artifacts";
import type { Finding, Step } from "./ensure";
import { ensureVenv } from "./python-venv";

/** Terraform, or else OpenTofu. */
export const terraform: Step = {
  title: "terraform or tofu",
  find: () => [find("terraform")],
  async install(note) {
    const { path, how } = await obtain(TOFU, note);
    linkTo(path, join(cachePaths().bin, "tofu"));
    return `tofu ${TOFU.version} ${how}`;
  },
};

/** Packer. Debian's own, 1.6.6, is too old for `required_plugins`. */
export const packer: Step = {
  title: "packer",
  find: () => [find("packer")],
  async install(note) {
    const { path, how } = await obtain(PACKER, note);
    linkTo(path, join(cachePaths().bin, "packer"));
    return `${PACKER.version} ${how}`;
  },
};

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

/** pykickstart, the parser that Anaconda uses, in a Python virtual environment. */
export const pykickstart: Step = {
  title: "pykickstart",

  find() {
    const found = findTool("python");
    const tool = "pykickstart";
    if (!found) return [{ tool, remedy: `npx os-images setup (needs ${VERSIONED_TOOLS.python.atLeast} or newer)` }];
    return [{ tool, source: found.path, ...(found.version && { version: found.version }) }];
  },

  async install(note) {
    linkTo(await ensureVenv("pykickstart", note), cachePaths().python);
    return "installed from PyPI";
  },
};

/** Ansible, for images and machines that it configures, in a Python virtual environment. */
export const ansible: Step = {
  title: "ansible",
  find: () => [find("ansible-playbook")],
  async install(note) {
    const venv = await ensureVenv("ansible-core", note);
    linkTo(join(venv, "bin", "ansible-playbook"), join(cachePaths().bin, "ansible-playbook"));
    return "installed from PyPI";
  },
};

/** Makes `link` point to `path`, at once for everybody who looks. */
function linkTo(path: string, link: string): void {
  mkdirSync(dirname(link), { recursive: true });
  makeWhole(link, (beside) => symlinkSync(path, beside));
}

function find(name: VersionedToolName): Finding {
  const found = findTool(name);
  if (found) return { tool: name, source: found.path, ...(found.version && { version: found.version }) };
  return { tool: name, remedy: `${setUpCommand(name)} (needs ${VERSIONED_TOOLS[name].atLeast} or newer)` };
}

/**
 * Lays the plugin out as Packer looks for it, with its checksum in a file beside it, which goes in first
 * (https://developer.hashicorp.com/packer/docs/configure#packer-plugin-directory).
 */
function putInPlace(executable: string): void {
  const folder = join(cachePaths().packerPlugins, "github.com", "hashicorp", "qemu");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `packer-plugin-qemu_v${QEMU_PLUGIN.version}_x5.0_${platformName()}`);
  writeWhole(`${file}_SHA256SUM`, sha256(readFileSync(executable)));
  makeWhole(file, (beside) => copyFileSync(executable, beside));
}
