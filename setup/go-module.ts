import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../util/user-error";
import type { Note } from "../util/progress";
import type { Artifact } from "./artifact";
import { goToolchain } from "./go-toolchain";
import { run } from "./run";

/** The folder with an artifact's go.mod and go.sum, which pin every module that goes into it. */
export function moduleFolder(name: string): string {
  return join(__dirname, "modules", name);
}

/** Builds an artifact's command from its Go module. Its modules come from the Go module proxy that is configured. */
export async function buildModule(artifact: Artifact, target: string, note: Note): Promise<void> {
  const folder = moduleFolder(artifact.name);
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
  const linker = ["-s -w", artifact.linkerFlags].filter(Boolean).join(" ");
  const args = ["build", "-v", "-trimpath", "-ldflags", linker, "-o", target, artifact.goPackage];
  note("building from its Go module");
  await run(go.path, args, { cwd: folder, env: go.environment, onLine });
}

/** The oldest Go that a go.mod asks for (https://go.dev/ref/mod#go-mod-file-go). */
export function goVersionOf(goMod: string): string {
  const version = /^go (\S+)$/m.exec(goMod)?.[1];
  if (version === undefined) throw new UserError('a go.mod in setup/modules has no line such as "go 1.24"', 1);
  return version;
}
