import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { UserError } from "../util/user-error";
import type { ByteFile } from "./bytes";

/** What pygrub would start a PV or PVH guest by. */
export interface BootConfiguration {
  /** The file that it reads; undefined if it finds none. */
  readonly file?: string;
  /** The default entry's kernel, initramfs and kernel line; undefined if the file has no entry with a kernel. */
  readonly entry?: BootEntry | undefined;
  /** The entry's files that the file system lacks. */
  readonly missing: readonly string[];
}

export interface BootEntry {
  readonly kernel: string;
  readonly initramfs?: string | undefined;
  readonly kernelLine: string;
}

/** In pygrub's order; the older forms of GRUB 1 are left out. https://xenbits.xen.org/gitweb/?p=xen.git;f=tools/pygrub/src/pygrub */
const FILES: readonly (readonly [string, (text: string) => BootEntry | undefined])[] = [
  ["/boot/grub/grub.cfg", grubEntry],
  ["/grub/grub.cfg", grubEntry],
  ["/boot/grub2/grub.cfg", grubEntry],
  ["/grub2/grub.cfg", grubEntry],
  ["/boot/extlinux/extlinux.conf", extlinuxEntry],
  ["/boot/extlinux.conf", extlinuxEntry],
  ["/extlinux/extlinux.conf", extlinuxEntry],
  ["/extlinux.conf", extlinuxEntry],
];

/**
 * Reads a raw disk as pygrub does: the first of its ext file systems that has a file of a boot loader decides. Of the
 * file systems that pygrub knows, no other is in use on today's systems: its XFS is version 4.
 * @throws UserError if debugfs, of e2fsprogs, is not installed
 */
export async function readBootConfiguration(disk: ByteFile): Promise<BootConfiguration> {
  for (const offset of await extFileSystems(disk)) {
    for (const [file, parse] of FILES) {
      const text = await debugfs(disk.path, offset, `cat ${file}`);
      if (text === "") continue;
      const entry = parse(text);
      const named =
        entry === undefined ? [] : [entry.kernel, ...(entry.initramfs === undefined ? [] : [entry.initramfs])];
      const missing: string[] = [];
      for (const path of named) if (!(await exists(disk.path, offset, path))) missing.push(path);
      return { file, entry, missing };
    }
  }
  return { missing: [] };
}

const SECTOR = 512;
/** More partitions than this are no disk image's. */
const MOST_PARTITIONS = 128;

/** Offsets in bytes of the partitions that hold ext2, ext3 or ext4: https://docs.kernel.org/filesystems/ext4/super.html */
async function extFileSystems(disk: ByteFile): Promise<number[]> {
  const found: number[] = [];
  for (const offset of await partitions(disk)) {
    const magic = await disk.whole(offset + 1024 + 0x38, 2);
    if (magic?.readUInt16LE() === 0xef53) found.push(offset);
  }
  return found;
}

/** Offsets in bytes of a disk's partitions, by its MBR or its GUID partition table; of a disk without, the disk's begin. */
async function partitions(disk: ByteFile): Promise<number[]> {
  const start = await disk.at(0, 2 * SECTOR);
  if (start.length < 2 * SECTOR || start.readUInt16BE(510) !== 0x55aa) return [0];
  if (start.toString("latin1", SECTOR, SECTOR + 8) === "EFI PART") {
    const [table, count, size] = [
      Number(start.readBigUInt64LE(SECTOR + 72)) * SECTOR,
      Math.min(start.readUInt32LE(SECTOR + 80), MOST_PARTITIONS),
      start.readUInt32LE(SECTOR + 84),
    ] as const;
    const bytes = size < 128 || size > 4096 ? undefined : await disk.whole(table, count * size);
    if (bytes === undefined) return [];
    const entries = Array.from({ length: count }, (_, index) => Number(bytes.readBigUInt64LE(index * size + 32)));
    return entries.filter((sector) => sector > 0).map((sector) => sector * SECTOR);
  }
  const entries = [446, 462, 478, 494].map((place) => start.readUInt32LE(place + 8)).filter((sector) => sector > 0);
  return entries.length === 0 ? [0] : entries.map((sector) => sector * SECTOR);
}

/** The default menuentry of a grub.cfg, as pygrub finds it: no blscfg, no variables. */
export function grubEntry(text: string): BootEntry | undefined {
  const entries: { title: string; lines: string[] }[] = [];
  let open: string[] | undefined;
  let wanted = "0";
  for (const line of text.split("\n").map((line) => line.trim())) {
    const title = /^menuentry ["'](.*?)["'] .*\{/.exec(line)?.[1];
    if (title !== undefined) entries.push({ title, lines: (open = []) });
    else if (line.startsWith("}")) open = undefined;
    else if (open !== undefined) open.push(line);
    else wanted = /^set default=["']?([^"']*)["']?$/.exec(line)?.[1] ?? wanted;
  }
  const chosen = entries.find(({ title }) => title === wanted) ?? entries[/^\d+$/.test(wanted) ? Number(wanted) : 0];
  const word = (names: RegExp): string[] =>
    chosen?.lines
      .find((line) => names.test(line))
      ?.split(/\s+/)
      .slice(1) ?? [];
  const [kernel, ...kernelLine] = word(/^linux(16)?\s/);
  if (kernel === undefined) return undefined;
  return { kernel, initramfs: word(/^initrd(16)?\s/)[0], kernelLine: kernelLine.join(" ") };
}

/** The default entry of an extlinux.conf, as pygrub finds it: KERNEL and APPEND, and paths from the file system's root. */
export function extlinuxEntry(text: string): BootEntry | undefined {
  const entries: { label: string; values: Map<string, string> }[] = [];
  let wanted = "";
  for (const line of text.split("\n")) {
    const [, key = "", value = ""] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
    const word = key.toLowerCase();
    if (word === "label") entries.push({ label: value, values: new Map() });
    else if (entries.length > 0) entries.at(-1)?.values.set(word, value);
    else if (word === "default") wanted = value;
  }
  const { values } = entries.find(({ label }) => label === wanted) ?? entries[0] ?? {};
  const kernel = values?.get("kernel");
  if (kernel === undefined) return undefined;
  const words = (values?.get("append") ?? "").split(/\s+/).filter(Boolean);
  const initramfs = words.find((word) => word.toLowerCase().startsWith("initrd="))?.slice("initrd=".length);
  return { kernel, initramfs, kernelLine: words.filter((word) => !word.toLowerCase().startsWith("initrd=")).join(" ") };
}

/** A path from elsewhere reaches debugfs only if it is one plain word. */
async function exists(disk: string, offset: number, path: string): Promise<boolean> {
  if (!/^\/[A-Za-z0-9._/+~-]+$/.test(path)) return false;
  return /^Inode:/m.test(await debugfs(disk, offset, `stat ${path}`));
}

/** What is read of a file in the disk, in bytes, and how long it may take, in milliseconds: the disk may be hostile. */
const MOST_BYTES = 1 << 20;
const MOST_TIME = 20_000;

/** What debugfs prints for a request on a file system that begins there; nothing for a file that is not there. */
async function debugfs(disk: string, offset: number, request: string): Promise<string> {
  const descriptor = openSync(disk, "r");
  // Not by its name, in which a question mark would begin an option.
  const words = ["-R", request, `/dev/fd/3?offset=${offset}`];
  const child = spawn("debugfs", words, { stdio: ["ignore", "pipe", "ignore", descriptor], timeout: MOST_TIME });
  closeSync(descriptor);
  let text = "";
  child.stdout?.setEncoding("latin1").on("data", (piece: string) => {
    text += piece;
    if (text.length > MOST_BYTES) child.kill();
  });
  await new Promise<void>((resolve, reject) => {
    child.on("close", () => resolve());
    child.on("error", () =>
      reject(new UserError("debugfs is not on PATH, which this check needs: install e2fsprogs", 3)),
    );
  });
  return text.slice(0, MOST_BYTES);
}
