import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { readList } from "./inputs";
import { runTool, type Tools } from "./tools";

/**
 * Copies the kernel modules that the lists name, and what they depend on, to `<target>/lib/modules/<version>`, with the
 * indexes that modprobe reads. A list's form is told in initramfs/modules.txt.
 */
export async function installModules(tools: Tools, target: string, lists: readonly string[]): Promise<void> {
  const version = tools.kernelVersion;
  const source = join(tools.root, "lib/modules", version);
  const destination = join(target, "lib/modules", version);
  if (!existsSync(join(source, "modules.dep"))) await depmod(tools, tools.root);
  const dependencies = readDependencies(join(source, "modules.dep"));

  const wanted = new Set<string>();
  for (const line of lists.flatMap((list) => readList(list))) {
    const path = `kernel/${line}`;
    for (const module of path.endsWith("/") ? modulesBelow(source, path) : [path]) {
      if (!dependencies.has(module)) continue;
      for (const needed of [module, ...dependencies.get(module)!]) wanted.add(needed);
    }
  }
  for (const path of [...wanted, "modules.builtin", "modules.builtin.modinfo", "modules.order"]) {
    mkdirSync(dirname(join(destination, path)), { recursive: true });
    copyFileSync(join(source, path), join(destination, path));
  }
  await depmod(tools, target);
}

async function depmod(tools: Tools, root: string): Promise<void> {
  await runTool(tools, "depmod", "bin/kmod", ["-b", root, tools.kernelVersion]);
}

function modulesBelow(source: string, folder: string): string[] {
  const path = join(source, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ko") && statSync(join(path, name)).isFile())
    .map((name) => folder + name);
}

/** modules.dep: `module: what it needs, ...`, paths below the version's folder. */
function readDependencies(file: string): Map<string, string[]> {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return new Map(
    lines.map((line) => {
      const [module, needed] = line.split(":");
      return [module!, needed!.trim().split(" ").filter(Boolean)];
    }),
  );
}
