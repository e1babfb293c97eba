import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cachePaths } from "../host/cache";
import { MIRRORED_PROVIDERS, platformName } from "../host/plugins";
import { sha256 } from "../util/digest";
import type { Note } from "../util/progress";
import { UserError } from "../util/user-error";
import { makeWholeSlowly } from "../util/whole-file";
import { downloadRelease, type Release } from "./download";
import { buildModule, moduleFolder } from "./go";

/** An executable at a pinned version, to be had as a published release or built from its Go module. */
export interface Artifact {
  /** Of the executable, and of the folder in setup/modules with its go.mod and go.sum. */
  readonly name: string;
  readonly version: string;
  /** Go package of the command. */
  readonly goPackage: string;
  /** Set by the linker, e.g. "-X main.version=1". */
  readonly linkerFlags?: string;
  /** The publisher's own build, tried first. */
  readonly release?: Release;
}

export interface Obtained {
  /** The executable, absolute. */
  readonly path: string;
  /** e.g. "built from its Go module". */
  readonly how: string;
}

/**
 * The executable out of the cache, gotten if it is not there: downloaded where the publisher's site answers, otherwise
 * built. It lies in a folder named by its inputs, made beside and renamed in.
 */
export async function obtain(artifact: Artifact, note: Note): Promise<Obtained> {
  const folder = artifactFolder(artifact);
  const path = join(folder, artifact.name);
  if (existsSync(path)) return { path, how: readFileSync(join(folder, "how.txt"), "utf8").trim() };
  const how = await makeWholeSlowly(folder, async (beside) => {
    mkdirSync(beside, { recursive: true });
    const how = await make(artifact, join(beside, artifact.name), note);
    chmodSync(join(beside, artifact.name), 0o755);
    writeFileSync(join(beside, "how.txt"), `${how}\n`);
    return how;
  });
  return { path, how };
}

/** Where an artifact lies in the cache: named by its version and by a digest of all that it is made of. */
export function artifactFolder(artifact: Artifact): string {
  const pins = ["go.mod", "go.sum"].map((file) => readFileSync(join(moduleFolder(artifact.name), file)));
  const key = sha256(JSON.stringify(artifact), platformName(), ...pins).slice(0, 12);
  return join(cachePaths().built, `${artifact.name}-${artifact.version}-${key}`);
}

/** A release that cannot be had is no error, as the module is there. A wrong checksum is one. */
async function make(artifact: Artifact, target: string, note: Note): Promise<string> {
  if (artifact.release) {
    note(`asking ${new URL(artifact.release.folder).host}`);
    const downloaded = await downloadRelease(artifact.release, target, note);
    if (downloaded === "done") return `downloaded from ${new URL(artifact.release.folder).host}`;
  }
  await buildModule(artifact, target, note);
  if (!existsSync(target)) throw new UserError(`the build of ${artifact.name} left no executable at ${target}`, 1);
  return "built from its Go module";
}

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
