import { copyFileSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { cachePaths } from "../host/cache";
import { findTool } from "../host/find";
import {
  EXTERNAL_PROVIDER,
  isMirrored,
  LIBVIRT_PROVIDER,
  MIRRORED_PROVIDERS,
  type MirroredProvider,
  mirrorFiles,
  mirroredProviders,
  REGISTRY_HOSTS,
} from "../host/plugins";
import { mirrorBlock, userTerraformConfig } from "../host/terraform-config";
import { sha256 } from "../util/digest";
import { Memo } from "../util/memo";
import type { Note } from "../util/progress";
import { run } from "../util/run";
import { UserError } from "../util/user-error";
import { makeWhole } from "../util/whole-file";
import { obtain, providerArtifact } from "./artifacts";
import { download } from "./download";
import type { Finding, Step } from "./ensure";

/** Where Terraform gets providers from. */
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

/** The `local` and `null` providers, which every image needs. */
export const providers = providerStep("terraform providers", MIRRORED_PROVIDERS);

/** What makes libvirt machines. */
export const libvirtProvider = providerStep("terraform provider for libvirt", [LIBVIRT_PROVIDER]);

/** What asks a Xen host for its guests. */
export const externalProvider = providerStep("terraform provider for Xen guests", [EXTERNAL_PROVIDER]);

function providerStep(title: string, wanted: readonly MirroredProvider[]): Step {
  return {
    title,

    async find() {
      const source = await chooseSource(factsHere(wanted));
      return wanted.map((provider) => findingOf(provider, source));
    },

    async install(note) {
      const done: string[] = [];
      for (const provider of wanted) {
        const { path, how } = await obtain(providerArtifact(provider), (text) => note(`${provider.name}: ${text}`));
        mirrorFiles(provider).forEach((file) => putInPlace(path, file));
        done.push(`${provider.name} ${provider.version} ${how}`);
      }
      if (userTerraformConfig().choosesProviders) await requireInit(wanted, note);
      return done.join(", ");
    },
  };
}

/** Where OpenTofu and Terraform ask, and how long they may take. */
function registryHost(): string {
  const isTofu = basename(findTool("terraform")?.path ?? "").startsWith("tofu");
  return REGISTRY_HOSTS[isTofu ? 1 : 0];
}

function factsHere(wanted: readonly MirroredProvider[]): ProviderFacts {
  return {
    userChooses: userTerraformConfig().choosesProviders,
    mirrored: isMirrored(wanted),
    initWorks: () => initWorks(wanted),
    registryAnswers: () => answersAsRegistry(`https://${registryHost()}`),
  };
}

function findingOf({ name, version }: MirroredProvider, source: ProviderSource): Finding {
  const tool = `provider ${name}`;
  if (source === "mirror") return { tool, version, source: cachePaths().providers };
  if (source === "registry") return { tool, version: "newest", source: registryHost() };
  if (source === "none") return { tool, remedy: "npx os-images setup" };
  return { tool, source: userTerraformConfig().files.join(", ") };
}

/** @throws UserError (exit code 3) with what to add to a configuration that does not offer the providers */
async function requireInit(wanted: readonly MirroredProvider[], note: Note): Promise<void> {
  note("terraform init with your configuration");
  if (await initWorks(wanted)) return;
  const names = wanted.map(({ owner, name }) => `${owner}/${name}`).join(" and ");
  const block = mirrorBlock({ folder: cachePaths().providers, providers: mirroredProviders() });
  throw new UserError(
    `"terraform init" cannot get ${names} by the provider_installation in ` +
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
async function initWorks(wanted: readonly MirroredProvider[]): Promise<boolean> {
  const terraform = findTool("terraform");
  if (!terraform) return false;
  const known = new Memo<true>(join(cachePaths().tools, "terraform-init.json"));
  const key = sha256(JSON.stringify([terraform, userTerraformConfig(), wanted]));
  if (known.get(key)) return true;
  const folder = mkdtempSync(join(tmpdir(), "os-images-init-"));
  try {
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(requirements(wanted)));
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

function requirements(wanted: readonly MirroredProvider[]): object {
  const required = wanted.map(({ owner, name, version }) => [
    name,
    { source: `${owner}/${name}`, version: owner === "hashicorp" ? `>= ${version}` : version },
  ]);
  return { terraform: { required_providers: Object.fromEntries(required) as object } };
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
