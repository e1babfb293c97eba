import { chmodSync, copyFileSync, cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { makeSystemInitramfs } from "./initramfs";
import { type DemoSystem, readList, SOURCES, SUITE } from "./inputs";
import { installModules } from "./modules";
import { aptSources } from "./mirrors";
import { run } from "./run";
import type { Tools } from "./tools";

/** Makes the archive of the installed system's root file system: Debian's packages, the kernel and our settings. */
export async function makeRootfs(
  tools: Tools,
  work: string,
  file: string,
  { python = false }: DemoSystem,
): Promise<void> {
  const lists = ["system/packages.txt", ...(python ? ["system/python.txt"] : [])];
  const added = join(work, "system");
  mkdirSync(join(added, "boot"), { recursive: true });
  cpSync(join(SOURCES, "system/files"), added, { recursive: true });
  chmodSync(join(added, "etc/sudoers.d/wheel"), 0o440);
  copyFileSync(tools.kernel, join(added, "boot", `vmlinuz-${tools.kernelVersion}`));
  await makeSystemInitramfs(tools, work, join(added, "boot", `initrd.img-${tools.kernelVersion}`));
  // In the system /lib is a link to /usr/lib.
  await installModules(tools, join(added, "usr"), ["initramfs/modules.txt", "system/modules.txt"]);

  await run("mmdebstrap", [
    "--variant=essential",
    `--include=${lists.flatMap(readList).join(",")}`,
    "--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr",
    '--aptopt=APT::Install-Recommends "false"',
    ...readList("system/left-out.txt").map((line) => `--dpkgopt=${line}`),
    // Nobody needs half an archive after a power cut.
    "--dpkgopt=force-unsafe-io",
    ...["boot", "etc", "usr"].map((name) => `--customize-hook=copy-in "${join(added, name)}" /`),
    `--customize-hook=${join(SOURCES, "system/customize.sh")} "$1"`,
    SUITE,
    file,
    ...aptSources(),
  ]);
}
