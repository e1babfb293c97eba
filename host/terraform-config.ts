import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, sep } from "node:path";
import { sha256 } from "../util/digest";
import { writeWhole } from "../util/whole-file";
import { cachePaths } from "./cache";
import { isMirrored, MIRRORED_PROVIDERS, mirroredProviders } from "./plugins";

/**
 * A Terraform CLI configuration with the user's own settings and the mirror in the cache, written into the cache (0600,
 * as it may hold tokens) under a name made of its content. Undefined if the user's own is to be used as it is:
 * without a mirror, or when it says itself where providers come from.
 */
export function terraformConfigFile(): string | undefined {
  const folder = ownFolder();
  const current = process.env["TF_CLI_CONFIG_FILE"];
  if (isOwn(current) && existsSync(current)) return current;
  if (!isMirrored(MIRRORED_PROVIDERS)) return undefined;
  const user = userTerraformConfig();
  if (user.choosesProviders) return undefined;
  const mirror = { folder: cachePaths().providers, providers: mirroredProviders() };
  const config = withMirror(user.text, mirror, localProviders());
  const file = join(folder, `${sha256(config).slice(0, 12)}.tfrc`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeWhole(file, config, 0o600);
  }
  return file;
}

/** The user's own Terraform CLI configuration: its files, their text, and whether it says where providers come from. */
export function userTerraformConfig(): { files: string[]; text: string; choosesProviders: boolean } {
  const files = configFiles().filter((file) => existsSync(file));
  const text = files.map((file) => readFileSync(file, "utf8").trimEnd()).join("\n\n");
  return { files, text, choosesProviders: choosesProviderSource(text) };
}

/**
 * The files that Terraform and OpenTofu read: the one that TF_CLI_CONFIG_FILE names, or else that of the home folder
 * and every *.tfrc of ~/.terraform.d (https://developer.hashicorp.com/terraform/cli/config/config-file#locations).
 */
function configFiles(): string[] {
  const chosen = process.env["TF_CLI_CONFIG_FILE"];
  if (chosen && !isOwn(chosen)) return [chosen];
  const home = process.env["HOME"] ?? homedir();
  const first = [".tofurc", ".terraformrc"].map((name) => join(home, name)).find((file) => existsSync(file));
  const folder = join(home, ".terraform.d");
  const more = names(folder).filter((name) => name.endsWith(".tfrc"));
  return [...(first ? [first] : []), ...more.map((name) => join(folder, name))];
}

/** The folders that Terraform searches without being told (…/config/config-file#implied-local-mirror-directories). */
function localProviders(): LocalProviders[] {
  const home = process.env["HOME"] ?? homedir();
  const data = process.env["XDG_DATA_HOME"] ?? join(home, ".local", "share");
  const shared = (process.env["XDG_DATA_DIRS"] ?? "/usr/local/share:/usr/share").split(":").filter(Boolean);
  const folders = [
    join(home, ".terraform.d", "plugins"),
    ...[data, ...shared].map((at) => join(at, "terraform/plugins")),
  ];
  return folders.map((folder) => ({ folder, providers: providersIn(folder) }));
}

function providersIn(folder: string): string[] {
  return names(folder)
    .filter((host) => host.includes("."))
    .flatMap((host) => names(join(folder, host)).map((owner) => `${host}/${owner}`))
    .flatMap((owner) => names(join(folder, owner)).map((name) => `${owner}/${name}`));
}

function ownFolder(): string {
  return join(cachePaths().tools, "terraform");
}

function isOwn(file: string | undefined): file is string {
  return file?.startsWith(ownFolder() + sep) ?? false;
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Folders of providers that Terraform searches by itself, and which providers are in them. */
export interface LocalProviders {
  readonly folder: string;
  /** e.g. "registry.terraform.io/dmacvicar/libvirt". */
  readonly providers: readonly string[];
}

/**
 * Whether a Terraform CLI configuration decides itself where providers come from. One in JSON, which cannot be added
 * to as text, is taken to.
 */
export function choosesProviderSource(config: string): boolean {
  return config.trimStart().startsWith("{") || /^[ \t]*provider_installation[ \t]*\{/m.test(withoutComments(config));
}

/**
 * The user's Terraform CLI configuration with a filesystem mirror added for the given providers. Everything else stays
 * as it was without it: what the user wrote, the folders that Terraform searches by itself, and the registry for all
 * other providers (https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories).
 * Only for a configuration that does not itself choose: Terraform allows one such block.
 */
export function withMirror(
  config: string,
  mirror: { folder: string; providers: readonly string[] },
  local: readonly LocalProviders[],
): string {
  const elsewhere = local.map(({ folder, providers }) => ({
    folder,
    providers: providers.filter((provider) => !mirror.providers.includes(provider)),
  }));
  const mirrors = [mirror, ...elsewhere].filter(({ providers }) => providers.length > 0);
  const served = [...new Set(mirrors.flatMap(({ providers }) => providers))];
  const own = config.trimEnd();
  return `${own}${own === "" ? "" : "\n\n"}provider_installation {
${mirrors.map(mirrorBlock).join("")}  direct {
    exclude = ${list(served)}
  }
}
`;
}

/** The block that makes Terraform take these providers from that folder. */
export function mirrorBlock({ folder, providers }: LocalProviders): string {
  return `  filesystem_mirror {
    path    = ${quoted(folder)}
    include = ${list(providers)}
  }
`;
}

function list(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(", ")}]`;
}

/** A string of HCL 1, which the CLI configuration is written in; `${` is nothing special there. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function withoutComments(config: string): string {
  return config.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^[ \t]*(#|\/\/).*$/gm, "");
}
