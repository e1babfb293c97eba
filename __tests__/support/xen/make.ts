import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../setup/demo-installer/run";
import { runTool, type Tools } from "../../../setup/demo-installer/tools";
import { cached, linesOf, unpack, whyNoXen } from "./packages";

/** The test host's files. */
export interface XenHostFiles {
  /** Xen as an ELF file, which QEMU starts; dom0's kernel and initramfs. */
  readonly xen: string;
  readonly kernel: string;
  readonly initramfs: string;
  /** dom0's raw disk. */
  readonly disk: string;
  /** Private key of its root. */
  readonly key: string;
  /** Its sshd's own key, as in a line of known_hosts after the host's name. */
  readonly hostKey: string;
}

const SOURCES = ["packages.txt", "modules.txt", "initramfs-init", "init", "make.ts", "packages.ts"];

/**
 * The files of a Xen 4.17 with a small dom0, out of the cache, or made of Debian's packages in a minute or two.
 * @throws UserError where a program or the packages cannot be had
 */
export async function xenHostFiles(): Promise<XenHostFiles> {
  const folder = await cached("xen-host", SOURCES, make);
  return {
    xen: join(folder, "xen"),
    kernel: join(folder, "vmlinuz"),
    initramfs: join(folder, "initramfs.gz"),
    disk: join(folder, "dom0.raw"),
    key: join(folder, "key"),
    hostKey: readFileSync(join(folder, "host-key.pub"), "utf8").trim(),
  };
}

async function make(folder: string): Promise<void> {
  const root = join(folder, "packages");
  await unpack(linesOf("packages.txt"), root);
  const [version = ""] = readdirSync(join(root, "lib/modules"));
  const tools: Tools = { root, kernelVersion: version, kernel: join(root, "boot", `vmlinuz-${version}`) };
  copyFileSync(tools.kernel, join(folder, "vmlinuz"));
  await shell('zcat "$1" > "$2"', join(root, "boot/xen-4.17-amd64.gz"), join(folder, "xen"));

  const [early, late] = await modules(tools);
  await makeInitramfs(tools, early, folder);
  for (const name of readdirSync(join(root, "boot"))) rmSync(join(root, "boot", name));
  await keepModules(tools, [...early, ...late]);
  await makeDom0(tools, folder);
  rmSync(root, { recursive: true });
}

/** The modules that find the disk, and the others, each after what it depends on. */
async function modules(tools: Tools): Promise<[string[], string[]]> {
  await runTool(tools, "depmod", "bin/kmod", ["-b", tools.root, tools.kernelVersion]);
  const names = linesOf("modules.txt");
  const files = async (some: readonly string[]): Promise<string[]> => {
    const options = ["-S", tools.kernelVersion, "-d", tools.root, "--show-depends", "-a"];
    const text = await runTool(tools, "modprobe", "bin/kmod", [...options, ...some]);
    return [...new Set([...text.matchAll(/^insmod (\S+)/gm)].map((match) => match[1]!))];
  };
  const line = names.indexOf("-");
  return [await files(names.slice(0, line)), await files(names.slice(line + 1))];
}

async function makeInitramfs(tools: Tools, early: readonly string[], folder: string): Promise<void> {
  const root = join(folder, "initramfs");
  for (const name of ["bin", "proc", "sys", "dev", "root", "modules"]) mkdirSync(join(root, name), { recursive: true });
  copyFileSync(join(tools.root, "bin/busybox"), join(root, "bin/busybox"));
  copyFileSync(join(__dirname, "initramfs-init"), join(root, "init"));
  chmodSync(join(root, "init"), 0o755);
  early.forEach((file, index) => copyFileSync(file, join(root, "modules", `${100 + index}.ko`)));
  await shell(
    'cd "$1" && find . | cpio --quiet -o -H newc -R 0:0 | gzip -1 > "$2"',
    root,
    join(folder, "initramfs.gz"),
  );
  rmSync(root, { recursive: true });
}

/** Only these: all take 400 MB. */
async function keepModules(tools: Tools, files: readonly string[]): Promise<void> {
  const own = join(tools.root, "lib/modules", tools.kernelVersion, "kernel");
  const kept = `${own}.kept`;
  for (const file of files) cpSync(file, join(kept, file.slice(own.length)), { recursive: true });
  rmSync(own, { recursive: true });
  await shell('mv "$1" "$2"', kept, own);
  await runTool(tools, "depmod", "bin/kmod", ["-b", tools.root, tools.kernelVersion]);
}

async function makeDom0(tools: Tools, folder: string): Promise<void> {
  const { root } = tools;
  for (const name of [
    "proc",
    "sys",
    "run",
    "dev",
    "tmp",
    "root/.ssh",
    "etc/dropbear",
    "var/log/xen/console",
    "var/lib/xen",
  ]) {
    mkdirSync(join(root, name), { recursive: true, mode: 0o700 });
  }
  const key = join(folder, "key");
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", key]);
  copyFileSync(`${key}.pub`, join(root, "root/.ssh/authorized_keys"));
  const hostKey = join(root, "etc/dropbear/dropbear_ed25519_host_key");
  const text = await runTool(tools, "dropbearkey", "usr/bin/dropbearkey", ["-t", "ed25519", "-f", hostKey]);
  writeFileSync(join(folder, "host-key.pub"), /^ssh-ed25519 \S+/m.exec(text)?.[0] ?? "");
  const files = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "etc/group": "root:x:0:\n",
    "etc/shells": "/bin/sh\n",
    "etc/modules": `${linesOf("modules.txt")
      .filter((name) => name !== "-")
      .join("\n")}\n`,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content);
  copyFileSync(join(__dirname, "init"), join(root, "sbin/init"));
  chmodSync(join(root, "sbin/init"), 0o755);
  await shell(
    'ln -sf gawk "$1/usr/bin/awk"; rm -rf "$1/var/run" "$1/var/lock"; ln -s /run "$1/var/run"; ln -s /run/lock "$1/var/lock"; truncate -s 8G "$2" && mke2fs -q -t ext4 -d "$1" -E root_owner=0:0 "$2"',
    root,
    join(folder, "dom0.raw"),
  );
}

async function shell(script: string, ...words: string[]): Promise<void> {
  await run("sh", ["-c", script, "sh", ...words]);
}

/** Why no Xen host can be made here; empty if one can. */
export function whyNoXenHost(): string {
  return whyNoXen(["qemu-system-x86_64", "mke2fs", "cpio", "ssh", "ssh-keygen"]);
}
