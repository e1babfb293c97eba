import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pack } from "tar-stream";
import { ovaDescriptor, ovaManifest } from "../../../platforms/ova-descriptor";
import { footerChecksum } from "../../../platforms/vhd";

export const DISK_BYTES = 64 * 1024 ** 2;

/** A disk, mostly holes, that looks as if it could boot. */
export function makeRawDisk(file: string, sizeBytes = DISK_BYTES): string {
  const start = Buffer.alloc(4096, "disk");
  start.writeUInt16BE(0x55aa, 510);
  writeFileSync(file, start);
  truncateSync(file, sizeBytes);
  // More pieces than the header of a sparse archive member has room for.
  const descriptor = openSync(file, "r+");
  for (let piece = 1; piece <= 40; piece++) writeSync(descriptor, "piece", piece * 1024 ** 2);
  closeSync(descriptor);
  return file;
}

export function convert(raw: string, target: string, ...options: string[]): string {
  execFileSync("qemu-img", ["convert", "-f", "raw", ...options, raw, target]);
  return target;
}

/** What a system starts by, without a menu. */
export const KERNELS = { "boot/vmlinuz-1": "kernel", "boot/initrd.img-1": "initramfs" };

/** A menu of extlinux that pygrub reads. */
export const EXTLINUX = {
  "boot/extlinux/extlinux.conf": `DEFAULT linux
LABEL old
  KERNEL /boot/vmlinuz-0
LABEL linux
  KERNEL /boot/vmlinuz-1
  APPEND initrd=/boot/initrd.img-1 root=UUID=a console=hvc0
`,
};

const PARTITION_AT = 1024 ** 2;

/** A disk with one partition, which holds these files on ext4. */
export function makeLinuxDisk(
  file: string,
  files: Readonly<Record<string, string>>,
  table: "mbr" | "gpt" = "mbr",
): string {
  const root = `${file}.root`;
  mkdirSync(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const start = Buffer.alloc(3 * 512);
  start.writeUInt16BE(0x55aa, 510);
  const sector = PARTITION_AT / 512;
  start.writeUInt8(table === "gpt" ? 0xee : 0x83, 446 + 4);
  start.writeUInt32LE(table === "gpt" ? 1 : sector, 446 + 8);
  if (table === "gpt") {
    start.write("EFI PART", 512, "latin1");
    start.writeBigUInt64LE(2n, 512 + 72);
    start.writeUInt32LE(1, 512 + 80);
    start.writeUInt32LE(128, 512 + 84);
    start.writeBigUInt64LE(BigInt(sector), 1024 + 32);
  }
  writeFileSync(file, start);
  truncateSync(file, 16 * 1024 ** 2);
  execFileSync("mke2fs", ["-q", "-t", "ext4", "-d", root, "-E", `offset=${PARTITION_AT}`, file, "8M"]);
  return file;
}

/** One of each kind of artefact, as good ones are. */
export function makeArtefacts(folder: string) {
  const raw = makeRawDisk(join(folder, "small.raw"));
  makeRawDisk(join(folder, "disk.raw"), 1024 ** 3);
  const vhd = convert(raw, join(folder, "disk.vhd"), "-O", "vpc", "-o", "subformat=fixed,force_size=on");
  const qcow2 = convert(raw, join(folder, "box.img"), "-O", "qcow2");
  const vmdk = convert(
    raw,
    join(folder, "disk.vmdk"),
    "-O",
    "vmdk",
    "-o",
    "subformat=streamOptimized,adapter_type=lsilogic",
  );
  return {
    raw,
    vhd,
    qcow2,
    vmdk,
    google: tarGz(join(folder, "google.tar.gz"), folder, ["--format=oldgnu", "-S"], ["disk.raw"]),
    zst: zstd(raw, join(folder, "disk.raw.zst")),
  };
}

/** Compresses a file by the zstd program. */
export function zstd(file: string, target: string, ...options: string[]): string {
  execFileSync("zstd", ["-q", ...options, file, "-o", target]);
  return target;
}

/** Packs files of a folder by the tar program. */
export function tarGz(target: string, folder: string, options: readonly string[], names: readonly string[]): string {
  execFileSync("tar", [...options, "--owner=0", "--group=0", "-C", folder, "-czf", target, ...names]);
  return target;
}

/** A copy of a file with something changed in its bytes. */
export function edited(file: string, target: string, edit: (bytes: Buffer) => Buffer | void): string {
  const bytes = readFileSync(file);
  writeFileSync(target, edit(bytes) ?? bytes);
  return target;
}

/** A copy of a VHD with another footer; its checksum is made right again unless told otherwise. */
export function withFooter(file: string, target: string, edit: (footer: Buffer) => void, sum = true): string {
  copyFileSync(file, target);
  const size = statSync(file).size;
  const bytes = readFileSync(file);
  const footer = bytes.subarray(size - 512);
  edit(footer);
  if (sum) footer.writeUInt32BE(footerChecksum(footer), 64);
  writeFileSync(target, bytes);
  return target;
}

/** What a test may change of an OVA. */
export interface OvaChanges {
  readonly descriptor?: (text: string) => string;
  readonly manifest?: (text: string) => string;
  readonly members?: (members: [string, Buffer][]) => [string, Buffer][];
  readonly vmdk?: (bytes: Buffer) => void;
}

/** An OVA around a VMDK, as the exports write it, with something changed. */
export async function makeOva(vmdkFile: string, target: string, changes: OvaChanges = {}): Promise<string> {
  const vmdk = readFileSync(vmdkFile);
  changes.vmdk?.(vmdk);
  const machine = {
    name: "web",
    product: "Rocky Linux 9",
    version: "2026-11",
    fingerprint: "a".repeat(64),
    guest: "rhel9_64Guest",
    hardware: "vmx-19",
    firmware: "bios",
    cpus: 2,
    memoryMiB: 2048,
    disk: { file: "web-disk1.vmdk", sizeBytes: vmdk.length, capacityBytes: DISK_BYTES },
  } as const;
  const text = ovaDescriptor(machine);
  const descriptor = changes.descriptor?.(text) ?? text;
  const hex = (data: Buffer | string): string => createHash("sha256").update(data).digest("hex");
  const digests = ovaManifest({ "web.ovf": hex(descriptor), "web-disk1.vmdk": hex(vmdk) });
  const members: [string, Buffer][] = [
    ["web.ovf", Buffer.from(descriptor)],
    ["web.mf", Buffer.from(changes.manifest?.(digests) ?? digests)],
    ["web-disk1.vmdk", vmdk],
  ];
  const archive = pack();
  for (const [name, data] of changes.members?.(members) ?? members) archive.entry({ name, mode: 0o644 }, data);
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive as AsyncIterable<Buffer>) pieces.push(piece);
  writeFileSync(target, Buffer.concat(pieces));
  return target;
}
