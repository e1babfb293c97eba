import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { UserError } from "../util/user-error";
import { cachePaths } from "../host/cache";
import { platformName } from "../host/platform";
import type { Note } from "../util/progress";
import { buildModule, moduleFolder } from "./go-module";
import { downloadRelease, type Release } from "./release";

/** An executable at a pinned version, to be had as a published release or built from its Go module. */
export interface Artifact {
  /** Of the executable, and of the folder in setup/modules with its go.mod and go.sum. */
  readonly name: string;
  readonly version: string;
  /** Go package of the command. */
  readonly goPackage: string;
  /** Set by the linker, e.g. "-X main.version=1". */
  readonly linkerFlags?: string;
  /** The publisher's own build, tried first. */
  readonly release?: Release;
}

export interface Obtained {
  /** The executable, absolute. */
  readonly path: string;
  /** e.g. "built from its Go module". */
  readonly how: string;
}

/**
 * The executable out of the cache, gotten if it is not there: downloaded where the publisher's site answers, otherwise
 * built. It lies in a folder named by its inputs, made beside and renamed in.
 */
export async function obtain(artifact: Artifact, note: Note): Promise<Obtained> {
  const folder = artifactFolder(artifact);
  const path = join(folder, artifact.name);
  if (existsSync(path)) return { path, how: readFileSync(join(folder, "how.txt"), "utf8").trim() };
  const { built } = cachePaths();
  mkdirSync(built, { recursive: true });
  const beside = mkdtempSync(join(built, ".new-"));
  try {
    const how = await make(artifact, join(beside, artifact.name), note);
    chmodSync(join(beside, artifact.name), 0o755);
    chmodSync(beside, 0o755);
    writeFileSync(join(beside, "how.txt"), `${how}\n`);
    renameSync(beside, folder);
    return { path, how };
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

/** Where an artifact lies in the cache: named by its version and by a digest of all that it is made of. */
export function artifactFolder(artifact: Artifact): string {
  const hash = createHash("sha256").update(JSON.stringify(artifact)).update(platformName());
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(moduleFolder(artifact.name), file)));
  return join(cachePaths().built, `${artifact.name}-${artifact.version}-${hash.digest("hex").slice(0, 12)}`);
}

/** A release that cannot be had is no error, as the module is there. A wrong checksum is one. */
async function make(artifact: Artifact, target: string, note: Note): Promise<string> {
  if (artifact.release) {
    note(`asking ${new URL(artifact.release.folder).host}`);
    const downloaded = await downloadRelease(artifact.release, target, note);
    if (downloaded === "done") return `downloaded from ${new URL(artifact.release.folder).host}`;
  }
  await buildModule(artifact, target, note);
  if (!existsSync(target)) throw new UserError(`the build of ${artifact.name} left no executable at ${target}`, 1);
  return "built from its Go module";
}
