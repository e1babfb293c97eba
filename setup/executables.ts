import { mkdirSync, rmSync, symlinkSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { cachePaths } from "../host/cache";
import { VERSIONED_TOOLS, findTool, type VersionedToolName } from "../host/find";
import { obtain } from "./artifact";
import { PACKER, TOFU } from "./artifacts";
import type { Finding, Step } from "./step";

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

/** Makes `link` point to `path`, at once for everybody who looks. */
export function linkTo(path: string, link: string): void {
  mkdirSync(dirname(link), { recursive: true });
  const beside = `${link}.${process.pid}`;
  rmSync(beside, { force: true });
  symlinkSync(path, beside);
  renameSync(beside, link);
}

function find(name: VersionedToolName): Finding {
  const found = findTool(name);
  if (found) return { tool: name, source: found.path, ...(found.version && { version: found.version }) };
  return { tool: name, remedy: `npx os-images setup (needs ${VERSIONED_TOOLS[name].atLeast} or newer)` };
}
