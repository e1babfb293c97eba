import { copyFileSync, linkSync, mkdirSync, renameSync } from "node:fs";
import { basename, dirname } from "node:path";
import { UserError } from "../util/user-error";
import { cachePaths } from "../host/cache";
import { findTool } from "../host/find";
import type { Note } from "../util/progress";
import {
  MIRRORED_PROVIDERS,
  REGISTRY_HOSTS,
  mirrorFiles,
  mirrorIsComplete,
  mirroredProviders,
} from "../host/providers";
import { mirrorBlock } from "../host/terraform-config";
import { userTerraformConfig } from "../host/terraform-config-file";
import { obtain } from "./artifact";
import { PROVIDERS } from "./artifacts";
import { initWorks } from "./init-check";
import { answersAsRegistry } from "./registry";
import type { Finding, Step } from "./step";

/** Where Terraform gets the `local` and `null` providers from. */
export type ProviderSource = "own configuration" | "mirror" | "registry" | "none";

/** What the choice depends on; the questions that take time are asked only when needed. */
export interface ProviderFacts {
  /** The user's Terraform CLI configuration says where providers come from. */
  readonly userChooses: boolean;
  /** Everything is in the cache's mirror. */
  readonly mirrored: boolean;
  /** `terraform init` with the user's configuration works. */
  initWorks(): Promise<boolean>;
  /** The public registry answers. */
  registryAnswers(): Promise<boolean>;
}

/**
 * The user's own choice is never overruled. A mirror once made stays in use, as it needs no network; without one the
 * public registry is used as it is, with no configuration of ours.
 */
export async function chooseSource(facts: ProviderFacts): Promise<ProviderSource> {
  if (facts.userChooses) return (await facts.initWorks()) ? "own configuration" : "none";
  if (facts.mirrored) return "mirror";
  return (await facts.registryAnswers()) ? "registry" : "none";
}

/** The `local` and `null` providers. */
export const providers: Step = {
  title: "terraform providers",

  async find() {
    const source = await chooseSource(factsHere());
    return MIRRORED_PROVIDERS.map((provider) => findingOf(provider, source));
  },

  async install(note) {
    const done: string[] = [];
    for (const artifact of PROVIDERS) {
      const provider = MIRRORED_PROVIDERS.find(({ name }) => artifact.name.endsWith(`-${name}`))!;
      const { path, how } = await obtain(artifact, (text) => note(`${provider.name}: ${text}`));
      mirrorFiles(provider).forEach((file) => putInPlace(path, file));
      done.push(`${provider.name} ${provider.version} ${how}`);
    }
    if (userTerraformConfig().choosesProviders) await requireInit(note);
    return done.join(", ");
  },
};

/** Where OpenTofu and Terraform ask, and how long they may take. */
function registryHost(): string {
  const isTofu = basename(findTool("terraform")?.path ?? "").startsWith("tofu");
  return REGISTRY_HOSTS[isTofu ? 1 : 0];
}

function factsHere(): ProviderFacts {
  return {
    userChooses: userTerraformConfig().choosesProviders,
    mirrored: mirrorIsComplete(),
    initWorks,
    registryAnswers: () => answersAsRegistry(`https://${registryHost()}`),
  };
}

function findingOf({ name, version }: (typeof MIRRORED_PROVIDERS)[number], source: ProviderSource): Finding {
  const tool = `provider ${name}`;
  if (source === "mirror") return { tool, version, source: cachePaths().providers };
  if (source === "registry") return { tool, version: "newest", source: registryHost() };
  if (source === "none") return { tool, remedy: "npx os-images setup" };
  return { tool, source: userTerraformConfig().files.join(", ") };
}

/** Throws UserError (exit code 3) with what to add to a configuration that does not offer the providers. */
async function requireInit(note: Note): Promise<void> {
  note("terraform init with your configuration");
  if (await initWorks()) return;
  const block = mirrorBlock({ folder: cachePaths().providers, providers: mirroredProviders() });
  throw new UserError(
    `"terraform init" cannot get hashicorp/local and hashicorp/null by the provider_installation in ` +
      `${userTerraformConfig().files.join(", ")}; they are in the cache: add this to that block, and exclude them from ` +
      `the other methods in it:\n${block}`,
    3,
  );
}

/** One file for both registries' names where the file system can, appearing whole or not at all. */
function putInPlace(executable: string, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${dirname(file)}.${process.pid}`;
  try {
    linkSync(executable, beside);
  } catch {
    copyFileSync(executable, beside);
  }
  renameSync(beside, file);
}
