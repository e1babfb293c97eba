import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../../util/user-error";
import { ensureVenv } from "../python-venv";
import { readList, SOURCE_DATE_EPOCH, SOURCES } from "./inputs";
import { installModules } from "./modules";
import { run } from "./run";
import { librariesOf, runTool, type Tools } from "./tools";

/** Kickstart dialects on the medium; `demo.dialect=` on the kernel line chooses another than the first. */
const DIALECTS = ["rhel9", "rhel8", "rhel7", "rhel10"];

/** What the installer writes into the new system's boot record or ESP. */
const BOOT_CODE = [
  "usr/lib/EXTLINUX/mbr.bin",
  "usr/lib/EXTLINUX/gptmbr.bin",
  "usr/lib/systemd/boot/efi/systemd-bootx64.efi",
];

/** Makes the installer's initramfs: kernel modules, the programs it runs, Python, pykickstart and the installer. */
export async function makeInstallerInitramfs(tools: Tools, work: string, file: string): Promise<void> {
  const root = join(work, "initramfs");
  await installModules(tools, root, ["initramfs/modules.txt"]);
  await installPrograms(tools, root);
  installStandardLibrary(tools, root);

  const own = join(root, "usr/lib/demo-installer");
  cpSync(join(SOURCES, "guest"), own, { recursive: true, filter: (path) => !path.includes("__pycache__") });
  copyFileSync(join(own, "init"), join(root, "init"));
  chmodSync(join(root, "init"), 0o755);
  rmSync(join(own, "init"));
  await installPykickstart(own);
  for (const folder of [own, join(root, "usr/lib/python3.11")]) await compile(tools, folder, root);

  copy(tools.root, root, "etc/mke2fs.conf");
  mkdirSync(join(own, "boot"));
  for (const path of BOOT_CODE) copyFileSync(join(tools.root, path), join(own, "boot", basename(path)));
  await pack(root, file);
}

/** Makes the installed system's initramfs: busybox, the drivers of disks, and the script that finds the root. */
export async function makeSystemInitramfs(tools: Tools, work: string, file: string): Promise<void> {
  const root = join(work, "system-initramfs");
  await installModules(tools, root, ["initramfs/modules.txt"]);
  copy(tools.root, root, "bin/busybox");
  copyFileSync(join(SOURCES, "system/initramfs-init"), join(root, "init"));
  chmodSync(join(root, "init"), 0o755);
  await pack(root, file);
}

async function installPrograms(tools: Tools, root: string): Promise<void> {
  const files = new Set(["lib64/ld-linux-x86-64.so.2"]);
  for (const program of readList("initramfs/programs.txt")) {
    files.add(program);
    if (program !== "bin/busybox") for (const library of await librariesOf(tools, program)) files.add(library);
  }
  for (const path of files) copy(tools.root, root, path);
}

function installStandardLibrary(tools: Tools, root: string): void {
  for (const path of readList("initramfs/stdlib.txt")) {
    const from = join(tools.root, "usr/lib/python3.11", path);
    cpSync(from, join(root, "usr/lib/python3.11", path), { recursive: true });
  }
}

async function installPykickstart(own: string): Promise<void> {
  const libraries = join(await ensureVenv("pykickstart", () => undefined), "lib");
  const from = join(libraries, readdirSync(libraries)[0]!, "site-packages/pykickstart");
  const filter = (path: string) => !path.includes("__pycache__") && !path.includes("/locale");
  cpSync(from, join(own, "pykickstart"), { recursive: true, filter });
  // pykickstart's table of handlers imports every handler that lies beside it.
  const handlers = join(own, "pykickstart/handlers");
  const kept = ["__init__", "control", ...DIALECTS].map((name) => `${name}.py`);
  for (const name of readdirSync(handlers)) if (!kept.includes(name)) rmSync(join(handlers, name), { recursive: true });
}

/** Byte-compiles, since every run in the guest starts from nothing; the sources stay, for the lines of a traceback. */
async function compile(tools: Tools, folder: string, root: string): Promise<void> {
  const library = join(tools.root, "usr/lib/python3.11");
  const script = `import sys; sys.path[:] = [${JSON.stringify(library)}, ${JSON.stringify(join(library, "lib-dynload"))}]
import compileall, py_compile
sys.exit(not compileall.compile_dir(${JSON.stringify(folder)}, quiet=1, force=True, stripdir=${JSON.stringify(root)},
    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH))`;
  await runTool(tools, "python3.11", "usr/bin/python3.11", ["-S", "-E", "-B", "-c", script]);
}

function copy(from: string, to: string, path: string): void {
  if (!existsSync(join(from, path))) throw new UserError(`Debian's packages hold no ${path}`, 1);
  mkdirSync(dirname(join(to, path)), { recursive: true });
  copyFileSync(join(from, path), join(to, path));
}

/** Packs a folder as the kernel wants it: sorted, owned by root, one time, numbered inodes. */
async function pack(root: string, file: string): Promise<void> {
  const script = `find . -exec touch -h -d "@$2" {} + && find . -mindepth 1 -print0 | LC_ALL=C sort -z |
    cpio --quiet -0 -o -H newc -R 0:0 --reproducible | zstd -q -15 -T1 -o "$1"`;
  await run("bash", ["-o", "pipefail", "-c", script, "pack", file, String(SOURCE_DATE_EPOCH)], root);
}
