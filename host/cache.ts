import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The folder in which everything made by set-up lives, shared by all checkouts of one user: `$XDG_CACHE_HOME/os-images`,
 * or `~/.cache/os-images` (https://specifications.freedesktop.org/basedir-spec/latest/: a relative value is ignored).
 */
export function cacheDir(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment["XDG_CACHE_HOME"];
  return join(base?.startsWith("/") ? base : join(environment["HOME"] ?? homedir(), ".cache"), "os-images");
}

/** The places inside the cache that set-up fills and the rest of the project reads. */
export function cachePaths(environment: NodeJS.ProcessEnv = process.env) {
  const root = cacheDir(environment);
  const tools = join(root, "tools");
  return {
    root,
    tools,
    /** Links to the executables that the machine itself does not have. */
    bin: join(tools, "bin"),
    /** A Python virtual environment with pykickstart. */
    python: join(tools, "python"),
    /** Packer plugins, laid out as PACKER_PLUGIN_PATH wants them. */
    packerPlugins: join(tools, "packer-plugins"),
    /** Terraform providers, laid out as a filesystem mirror. */
    providers: join(tools, "providers"),
    /** Which version each executable has, so that nobody has to start it to ask. */
    versions: join(tools, "tools.json"),
    /** What was built or unpacked, one folder for each set of inputs. */
    built: join(root, "built"),
  };
}
