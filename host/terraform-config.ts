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
