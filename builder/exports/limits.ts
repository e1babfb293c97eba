import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { requireTool } from "../../host/find";
import { MIB } from "../../platforms/finding";
import { type DiskLayout, requireWithinLimits } from "../../platforms/limits";
import type { SourceImage } from "../../platforms/make";
import type { PlatformRecipe } from "../../platforms/platform";

const SECTOR = 512;

/** So much of a disk has its partition table. */
const TABLE_BYTES = 64 * 1024;

/**
 * Types of partitions, of an MBR and of a GUID partition table, those as they are written on the disk. Source:
 * <https://uapi-group.org/specifications/specs/discoverable_partitions_specification/>, fdisk(8)
 */
const SWAP = ["82", "6dfd5706aba4c44384e50933c84b4f4f"];
const LVM = ["8e", "79d3d6e607f5c244a23c238f2a3df928"];
const LINUX = ["83", "af3dc60f838472478e793d69d8477de4"];

/** @throws UserError if an image goes beyond a limit of the platform, as far as its table of partitions tells */
export async function requireExportable(
  { name, firmware, disk }: SourceImage,
  platform: PlatformRecipe,
): Promise<void> {
  const layout = await diskLayout(disk, requireTool("qemu-img").path);
  requireWithinLimits(platform.kind, { name, firmware, diskMiB: disk.virtualSizeBytes / MIB, layout });
}

/** How a disk is divided, by its partition table. Undefined for a disk without one. */
async function diskLayout({ path, format }: SourceImage["disk"], qemuImg: string): Promise<DiskLayout | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "os-images-table-"));
  try {
    const file = join(folder, "table");
    const words = ["dd", "-f", format, "-O", "raw", `bs=${TABLE_BYTES}`, "count=1", `if=${path}`, `of=${file}`];
    await promisify(execFile)(qemuImg, words);
    const types = partitionTypes(await readFile(file));
    if (types === undefined) return undefined;
    const has = (...wanted: readonly string[][]): boolean => types.some((type) => wanted.flat().includes(type));
    return { hasSwap: has(SWAP), isBootOnLvm: has(LVM) && !has(LINUX) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The types of a disk's partitions as hex digits. */
function partitionTypes(start: Buffer): string[] | undefined {
  if (start.length < 34 * SECTOR || start.readUInt16BE(510) !== 0x55aa) return undefined;
  if (start.toString("latin1", SECTOR, SECTOR + 8) !== "EFI PART") {
    return [446, 462, 478, 494].map((at) => start.toString("hex", at + 4, at + 5));
  }
  // The table follows the header in every disk that is made today; one that lies elsewhere tells nothing.
  return Array.from({ length: 128 }, (_, index) => 2 * SECTOR + index * 128).map((at) =>
    start.toString("hex", at, at + 16),
  );
}
