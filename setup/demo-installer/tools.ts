import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readList, SUITE } from "./inputs";
import { aptSources } from "./mirrors";
import { run } from "./run";

/** Debian packages unpacked into a folder, not installed: what the medium's parts are picked from. */
export interface Tools {
  readonly root: string;
  /** The kernel's image, and its version such as 6.1.0-50-cloud-amd64. */
  readonly kernel: string;
  readonly kernelVersion: string;
}

/** Unpacks the packages of initramfs/packages.txt. */
export async function unpackTools(work: string): Promise<Tools> {
  const tar = join(work, "tools.tar");
  const include = readList("initramfs/packages.txt").join(",");
  await run("mmdebstrap", ["--variant=extract", `--include=${include}`, SUITE, tar, ...aptSources()]);
  const root = join(work, "tools");
  mkdirSync(root);
  await run("tar", ["-C", root, "--no-same-owner", "--exclude=./dev/*", "-xf", tar]);
  const versions = readdirSync(join(root, "lib/modules")).sort();
  const kernelVersion = versions[versions.length - 1]!;
  return { root, kernelVersion, kernel: join(root, "boot", `vmlinuz-${kernelVersion}`) };
}

/** Runs a program out of the unpacked packages, with their own dynamic linker and libraries. */
export function runTool(tools: Tools, name: string, program: string, args: readonly string[]): Promise<string> {
  const libraries = ["lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"].map((folder) => join(tools.root, folder));
  const linker = join(tools.root, "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
  return run(linker, ["--argv0", name, "--library-path", libraries.join(":"), join(tools.root, program), ...args]);
}

/** The shared libraries that a program out of the unpacked packages needs, as paths below their folder. */
export async function librariesOf(tools: Tools, program: string): Promise<string[]> {
  const libraries = ["lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"].map((folder) => join(tools.root, folder));
  const linker = join(tools.root, "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
  const output = await run(linker, ["--list", "--library-path", libraries.join(":"), join(tools.root, program)]);
  return [...output.matchAll(/=> (\S+)/g)].map((match) => match[1]!.slice(tools.root.length + 1));
}
