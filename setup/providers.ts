import { copyFileSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { cachePaths } from "../host/cache";
import { findTool } from "../host/find";
import { MIRRORED_PROVIDERS, REGISTRY_HOSTS, mirrorFiles, mirrorIsComplete, mirroredProviders } from "../host/plugins";
import { mirrorBlock, userTerraformConfig } from "../host/terraform-config";
import { sha256 } from "../util/digest";
import { Memo } from "../util/memo";
import type { Note } from "../util/progress";
import { run } from "../util/run";
import { UserError } from "../util/user-error";
import { makeWhole } from "../util/whole-file";
import { PROVIDERS, obtain } from "./artifacts";
import { download } from "./download";
import type { Finding, Step } from "./ensure";

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

/** @throws UserError (exit code 3) with what to add to a configuration that does not offer the providers */
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

/** One file for both registries' names if the file system can, appearing whole or not at all. */
function putInPlace(executable: string, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  makeWhole(file, (beside) => {
    try {
      linkSync(executable, beside);
    } catch {
      copyFileSync(executable, beside);
    }
  });
}

/**
 * Whether `terraform init` gets the providers by the user's own configuration. A yes is remembered for that
 * configuration and that Terraform.
 */
async function initWorks(): Promise<boolean> {
  const terraform = findTool("terraform");
  if (!terraform) return false;
  const known = new Memo<true>(join(cachePaths().tools, "terraform-init.json"));
  const key = sha256(JSON.stringify([terraform, userTerraformConfig()]));
  if (known.get(key)) return true;
  const folder = mkdtempSync(join(tmpdir(), "os-images-init-"));
  try {
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(requirements()));
    const env = { CHECKPOINT_DISABLE: "1" };
    await run(terraform.path, ["init", "-input=false", "-no-color"], { cwd: folder, env, timeoutSeconds: 60 });
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  known.set(key, true);
  return true;
}

function requirements(): object {
  const wanted: Record<string, object> = {};
  for (const { name, version } of MIRRORED_PROVIDERS) {
    wanted[name] = { source: `hashicorp/${name}`, version: `>= ${version}` };
  }
  return { terraform: { required_providers: wanted } };
}

/**
 * Whether a Terraform provider registry answers at this URL
 * (https://developer.hashicorp.com/terraform/internals/remote-service-discovery).
 */
export async function answersAsRegistry(url: string, answerSeconds?: number): Promise<boolean> {
  const body = await download(
    `${url}/.well-known/terraform.json`,
    answerSeconds === undefined ? {} : { answerSeconds },
  );
  try {
    const services: unknown = JSON.parse(body?.toString("utf8") ?? "null");
    return typeof services === "object" && services !== null && "providers.v1" in services;
  } catch {
    return false;
  }
}
