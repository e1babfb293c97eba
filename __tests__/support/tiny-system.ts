import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync, closeSync } from "node:fs";
import { basename, join } from "node:path";
import { copyFromMedium } from "../../builder/iso9660";
import { demoMedium } from "./request";
import { bootSector } from "./tiny-medium";

/** The drivers of QEMU's network device and entropy, in the order in which they are loaded. */
const MODULES = [
  ...["virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci"],
  ...["failover", "net_failover", "virtio_net", "virtio-rng"],
];

/** What the system runs, out of the demo image's files. */
const PROGRAMS = ["usr/sbin/sshd", "usr/bin/scp"];

const SECTOR = 2048;

/** A medium whose "installer" leaves a system with an SSH server, and the key that it lets root in with. */
export interface TinySystem {
  readonly iso: string;
  readonly sha256: string;
  readonly keyFile: string;
}

/**
 * Makes a medium in a folder that goes through every phase of a build in seconds: a boot sector "installs" for a second
 * and resets the machine, then a kernel starts with an SSH server. Kernel and programs are the demo installer's.
 */
export function tinySystem(folder: string): TinySystem {
  const tree = join(folder, "system");
  const keyFile = join(folder, "system-key");
  mkdirSync(tree, { recursive: true });
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", keyFile]);
  copyFromMedium(demoMedium().iso, "images/pxeboot/vmlinuz", join(tree, "vmlinuz"));
  for (const file of ["isolinux.bin", "ldlinux.c32"]) {
    copyFromMedium(demoMedium().iso, `isolinux/${file}`, join(tree, file));
  }
  writeFileSync(
    join(tree, "isolinux.cfg"),
    "default s\nlabel s\nkernel /vmlinuz\nappend initrd=/initrd console=ttyS0 quiet\n",
  );
  writeFileSync(join(tree, "initrd"), initramfs(folder, `${keyFile}.pub`));
  writeFileSync(join(tree, "boot.bin"), bootSector(1, "system"));

  const iso = join(folder, "tiny-system.iso");
  const options = ["-b", "boot.bin", "-no-emul-boot", "-boot-load-size", "4"];
  execFileSync("xorriso", ["-as", "mkisofs", "-quiet", ...options, "-o", iso, tree], { stdio: "ignore" });
  tellPlaces(iso, readFileSync(join(tree, "isolinux.bin")));
  rmSync(tree, { recursive: true });
  return { iso, sha256: createHash("sha256").update(readFileSync(iso)).digest("hex"), keyFile };
}

/**
 * Writes into the boot sector where ISOLINUX lies, and into ISOLINUX its boot information table, as no one but the
 * medium's El Torito image gets it: https://wiki.syslinux.org/wiki/index.php?title=ISOLINUX, mkisofs(8).
 */
function tellPlaces(iso: string, isolinux: Buffer): void {
  const places = execFileSync("xorriso", ["-indev", iso, "-find", "/", "-type", "f", "-exec", "report_lba"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const sectorOf = (name: string): number =>
    Number(new RegExp(`^File data lba: *\\d+ , *(\\d+) ,.*'/${name}'$`, "mi").exec(places)?.[1]);
  let sum = 0;
  for (let offset = 64; offset < isolinux.length; offset += 4) {
    const word = Buffer.alloc(4);
    isolinux.copy(word, 0, offset);
    sum = (sum + word.readUInt32LE()) >>> 0;
  }
  const table = Buffer.alloc(16);
  [16, sectorOf("isolinux.bin"), isolinux.length, sum].forEach((value, index) => table.writeUInt32LE(value, index * 4));
  const system = Buffer.alloc(4);
  system.writeUInt32LE(sectorOf("isolinux.bin"));

  const descriptor = openSync(iso, "r+");
  writeSync(descriptor, table, 0, table.length, sectorOf("isolinux.bin") * SECTOR + 8);
  writeSync(descriptor, system, 0, system.length, sectorOf("boot.bin") * SECTOR + 7);
  closeSync(descriptor);
}

/** The first file system of the system, and its only one: gzip over cpio, as the kernel takes it. */
function initramfs(folder: string, publicKey: string): Buffer {
  const installer = join(folder, "installer");
  const demo = join(folder, "demo");
  const root = join(folder, "root");
  for (const path of [installer, demo, join(root, "bin"), join(root, "etc"), join(root, "modules")]) {
    mkdirSync(path, { recursive: true });
  }
  const packed = join(folder, "installer.img");
  copyFromMedium(demoMedium().iso, "images/pxeboot/initrd.img", packed);
  shell('zstd -dcq "$1" | cpio -idm --quiet', installer, packed);
  const rootfs = join(folder, "rootfs.tar");
  copyFromMedium(demoMedium().iso, "rootfs.tar", rootfs);
  shell('tar -xf "$1" ./usr/lib/x86_64-linux-gnu ./usr/sbin/sshd ./usr/bin/scp', demo, rootfs);

  copyFileSync(join(installer, "bin", "busybox"), join(root, "bin", "busybox"));
  for (const name of ["init", "sudo", "systemctl", "sshd_config"]) {
    const target = name === "init" ? "init" : name === "sshd_config" ? "etc/sshd_config" : `bin/${name}`;
    copyFileSync(join(__dirname, "tiny", "system", name), join(root, target));
  }
  const modules = shell("find . -name '*.ko'", installer).split("\n");
  MODULES.forEach((name, index) => {
    const file = modules.find((path) => basename(path) === `${name}.ko`);
    if (file === undefined) throw new Error(`the demo installer has no driver ${name}`);
    copyFileSync(join(installer, file), join(root, "modules", `${index}-${name}.ko`));
  });
  for (const program of PROGRAMS) addProgram(demo, program, root);
  writeFileSync(join(root, "etc", "passwd"), "root:x:0:0::/:/bin/sh\nsshd:x:100:65534::/run/sshd:/bin/false\n");
  writeFileSync(join(root, "etc", "group"), "root:x:0:\nnogroup:x:65534:\n");
  mkdirSync(join(root, "run", "sshd"), { recursive: true });
  mkdirSync(join(root, "usr"));
  execFileSync("ln", ["-s", "../bin", join(root, "usr", "bin")]);
  execFileSync("ln", ["-s", "bin", join(root, "sbin")]);
  copyFileSync(publicKey, join(root, "etc", "authorized_keys"));
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(root, "etc", "host_key")]);
  shell('find . | cpio -o -H newc -R 0:0 --quiet | gzip -1 > "$1"', root, join(folder, "initrd"));
  for (const path of [installer, demo, root, packed, rootfs]) rmSync(path, { recursive: true });
  return readFileSync(join(folder, "initrd"));
}

/** Copies a program with the libraries that its loader asks for, each to where the loader looks for it. */
function addProgram(from: string, program: string, root: string): void {
  const libraries = join(from, "usr", "lib", "x86_64-linux-gnu");
  const loader = join(libraries, "ld-linux-x86-64.so.2");
  const listed = execFileSync(loader, ["--library-path", libraries, "--list", join(from, program)], {
    encoding: "utf8",
  });
  const target = join(root, "lib", "x86_64-linux-gnu");
  for (const folder of [target, join(root, "lib64")]) mkdirSync(folder, { recursive: true });
  copyFileSync(join(from, program), join(root, "bin", basename(program)));
  for (const [, file] of listed.matchAll(/=> (\/\S+)/g)) {
    if (file !== undefined) copyFileSync(file, join(target, basename(file)));
  }
  copyFileSync(loader, join(root, "lib64", basename(loader)));
}

function shell(command: string, cwd: string, ...words: string[]): string {
  return execFileSync("/bin/sh", ["-c", command, "sh", ...words], { cwd, encoding: "utf8", maxBuffer: 1 << 26 });
}
