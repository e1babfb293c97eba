import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cachePaths } from "../host/cache";
import { type MirroredProvider, platformName } from "../host/plugins";
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
  /** The publisher's own builds, tried first; a platform without a pinned digest has none. */
  readonly releases?: Readonly<Record<string, Release>>;
}

export interface Obtained {
  /** The executable, absolute. */
  readonly path: string;
  /** e.g. "built from its Go module". */
  readonly how: string;
}

/**
 * The executable out of the cache, gotten if it is not there: downloaded if the publisher's site answers, otherwise
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
function artifactFolder(artifact: Artifact): string {
  const pins = ["go.mod", "go.sum"].map((file) => readFileSync(join(moduleFolder(artifact.name), file)));
  const key = sha256(JSON.stringify(artifact), platformName(), ...pins).slice(0, 12);
  return join(cachePaths().built, `${artifact.name}-${artifact.version}-${key}`);
}

/** A release that cannot be had is no error, as the module is there. A wrong checksum is one. */
async function make(artifact: Artifact, target: string, note: Note): Promise<string> {
  const release = artifact.releases?.[platformName()];
  if (release) {
    const { host } = new URL(release.url);
    note(`asking ${host}`);
    if ((await downloadRelease(release, target, note)) === "done") return `downloaded from ${host}`;
  }
  await buildModule(artifact, target, note);
  if (!existsSync(target)) throw new UserError(`the build of ${artifact.name} left no executable at ${target}`, 1);
  return "built from its Go module";
}

/** A release for each platform whose sha256 is pinned. */
function releases(
  member: string,
  urlOf: (platform: string) => string,
  digests: Readonly<Record<string, string>>,
): Readonly<Record<string, Release>> {
  const pinned = Object.entries(digests).map(([platform, sha256]) => [
    platform,
    { url: urlOf(platform), sha256, member },
  ]);
  return Object.fromEntries(pinned) as Record<string, Release>;
}

/** https://releases.hashicorp.com/packer/; digests as in HashiCorp's Homebrew formula. */
export const PACKER: Artifact = {
  name: "packer",
  version: "1.15.0",
  goPackage: "github.com/hashicorp/packer",
  releases: releases(
    "packer",
    (platform) => `https://releases.hashicorp.com/packer/1.15.0/packer_1.15.0_${platform}.zip`,
    {
      linux_amd64: "2fd1149c5c6c7604ced64d7b56638af05f6b7ed3f6835182bc913ddaba1f16b8",
      linux_arm64: "1687f43bd120601f62e54b970b1cc06f83e95897357dc5c679b57ec9d2fb40a7",
      darwin_amd64: "a565b825aed17ac9a7c422b5ed22e6598dd42b9f705de161695853b1f5c6bd80",
      darwin_arm64: "ebd8eb03503627471f39b036ff5dbb24070d21518d59aa8cbf962386257d21a4",
    },
  ),
};

/** Always built: its release has no digest here that was published elsewhere than beside it. */
export const QEMU_PLUGIN: Artifact = {
  name: "packer-plugin-qemu",
  version: "1.0.9",
  goPackage: "github.com/hashicorp/packer-plugin-qemu",
};

/** https://github.com/opentofu/opentofu/releases; digests as in its SHA256SUMS and in what others have pinned. */
export const TOFU: Artifact = {
  name: "opentofu",
  version: "1.12.6",
  goPackage: "github.com/opentofu/opentofu/cmd/tofu",
  // Without it the version is "1.12.6-dev".
  linkerFlags: "-X github.com/opentofu/opentofu/version.dev=no",
  releases: releases(
    "tofu",
    (platform) => `https://github.com/opentofu/opentofu/releases/download/v1.12.6/tofu_1.12.6_${platform}.zip`,
    {
      linux_amd64: "5dc43da4f750f33873dc25e94587128709e819e544b7be9016b255316153c3a8",
      linux_arm64: "e573979ba68a17fe7b881752051a694a7efcd970e39521f6a25775197861ed4d",
      darwin_amd64: "166388e5feed47e107e11721b6366bf91d21e47eccbced75f3cbe0c7184ffd9b",
      darwin_arm64: "e083ee43790ab9e19ad66d9933e24a7244a1412e1d5728f37999ae2163fdac95",
    },
  ),
};

/**
 * A provider to be built. HashiCorp's have the names that their source had when it was last published as a Go module:
 * the commits of the tags v1.4.0 and v2.1.2. If the registry answers, Terraform takes them from there and these are not
 * built.
 */
export function providerArtifact({ owner, name, version }: MirroredProvider): Artifact {
  const publisher = owner === "hashicorp" ? "terraform-providers" : owner;
  const goPackage = `github.com/${publisher}/terraform-provider-${name}`;
  return { name: `terraform-provider-${name}`, version, goPackage };
}
