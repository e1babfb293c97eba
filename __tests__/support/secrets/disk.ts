import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { requireTool } from "../../../host/find";
import type { Find, Search } from "./search";
import { temporaryFolder } from "../temporary";

/**
 * What is found in an image: in the bytes of its file, which may hold clusters that no block of the disk is in any more, and in the
 * disk as the guest sees it, blocks of no file included. The place of a find is the file in the image that it is in.
 */
export function searchImage(search: Search, image: string): Find[] {
  const folder = temporaryFolder("raw");
  const raw = join(folder, "disk.raw");
  try {
    execFileSync(requireTool("qemu-img").path, ["convert", "-O", "raw", image, raw]);
    const disk = search.inFile(raw, "the disk").map((find) => ({ ...find, place: placeOf(raw, find.offset) }));
    return [...search.inFile(image, "the image's file", 0), ...disk];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The files below a folder of the image's first file system, by their names. */
export function filesInImage(image: string, path: string): string[] {
  const folder = temporaryFolder("raw");
  const raw = join(folder, "disk.raw");
  try {
    execFileSync(requireTool("qemu-img").path, ["convert", "-O", "raw", image, raw]);
    const [{ start } = { start: 0 }] = partitionsOf(raw);
    return debugfs(raw, start, `ls -p ${path}`)
      .split("\n")
      .map((line) => line.split("/")[5] ?? "")
      .filter((name) => !["", ".", ".."].includes(name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Copies all files of the image's first file system out of it, with their modes but not their owners. */
export function copyOut(image: string, folder: string): void {
  const raw = `${folder}.raw`;
  try {
    execFileSync(requireTool("qemu-img").path, ["convert", "-O", "raw", image, raw]);
    const [{ start } = { start: 0 }] = partitionsOf(raw);
    mkdirSync(folder, { recursive: true });
    debugfs(raw, start, `rdump / ${folder}`);
  } finally {
    rmSync(raw, { force: true });
  }
}

/** The file that a byte of a disk belongs to: "/etc/shadow", "a free block", or what is not in a file system. */
function placeOf(raw: string, offset: number): string {
  const partition = partitionsOf(raw).find(({ start, size }) => offset >= start && offset < start + size);
  if (partition === undefined) return "outside of the partitions";
  const blockSize = Number(/^Block size:\s+(\d+)/m.exec(debugfs(raw, partition.start, "show_super_stats -h"))?.[1]);
  if (!(blockSize > 0)) return "in a partition that is not ext4";
  const block = Math.floor((offset - partition.start) / blockSize);
  const inode = /^\d+\t(\d+)$/m.exec(debugfs(raw, partition.start, `icheck ${block}`))?.[1];
  if (inode === undefined) return "a free block";
  const path = /^\d+\t(.*)$/m.exec(debugfs(raw, partition.start, `ncheck ${inode}`))?.[1];
  return path?.replace(/^\/+/, "/") ?? `inode ${inode}`;
}

interface Partition {
  /** In bytes. */
  readonly start: number;
  readonly size: number;
}

/** Those of a DOS partition table; a disk without one counts as one partition. */
function partitionsOf(raw: string): Partition[] {
  const sector = Buffer.alloc(512);
  const descriptor = openSync(raw, "r");
  readSync(descriptor, sector, 0, 512, 0);
  closeSync(descriptor);
  if (sector.readUInt16BE(510) !== 0x55aa) return [{ start: 0, size: Infinity }];
  return [446, 462, 478, 494]
    .map((entry) => ({ start: sector.readUInt32LE(entry + 8) * 512, size: sector.readUInt32LE(entry + 12) * 512 }))
    .filter(({ size }) => size > 0);
}

function debugfs(raw: string, start: number, request: string): string {
  return execFileSync("debugfs", ["-R", request, `${raw}?offset=${start}`], {
    stdio: ["ignore", "pipe", "ignore"],
    encoding: "utf8",
  });
}
