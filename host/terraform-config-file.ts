import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, sep } from "node:path";
import { cachePaths } from "./cache";
import { mirrorIsComplete, mirroredProviders } from "./providers";
import { choosesProviderSource, withMirror, type LocalProviders } from "./terraform-config";

/**
 * A Terraform CLI configuration with the user's own settings and the mirror in the cache, written into the cache (0600,
 * as it may hold tokens) under a name made of its content. Undefined where the user's own is to be used as it is:
 * without a mirror, or when it says itself where providers come from.
 */
export function terraformConfigFile(): string | undefined {
  const folder = ownFolder();
  const current = process.env["TF_CLI_CONFIG_FILE"];
  if (isOwn(current) && existsSync(current)) return current;
  if (!mirrorIsComplete()) return undefined;
  const user = userTerraformConfig();
  if (user.choosesProviders) return undefined;
  const mirror = { folder: cachePaths().providers, providers: mirroredProviders() };
  const config = withMirror(user.text, mirror, localProviders());
  const file = join(folder, `${createHash("sha256").update(config).digest("hex").slice(0, 12)}.tfrc`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const beside = `${file}.${process.pid}`;
    writeFileSync(beside, config, { mode: 0o600 });
    renameSync(beside, file);
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
