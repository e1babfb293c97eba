import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { requireTool } from "../../host/find";
import { MIB } from "../../platforms/finding";
import { type DiskLayout, requireWithinLimits } from "../../platforms/limits";
import type { SourceImage } from "../../platforms/make";
import type { PlatformRecipe } from "../../platforms/platform";

const run = promisify(execFile);

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
async function diskLayout(disk: SourceImage["disk"], qemuImg: string): Promise<DiskLayout | undefined> {
  const types = partitionTypes(await startOf(disk, join(dirname(qemuImg), "qemu-io")));
  if (types === undefined) return undefined;
  const has = (...wanted: readonly string[][]): boolean => types.some((type) => wanted.flat().includes(type));
  return { hasSwap: has(SWAP), isBootOnLvm: has(LVM) && !has(LINUX) };
}

/** The first bytes of a disk, from qemu-io's dump of them: a file in between would stay if this process is killed. */
async function startOf({ path, format, virtualSizeBytes }: SourceImage["disk"], qemuIo: string): Promise<Buffer> {
  const bytes = Math.min(TABLE_BYTES, virtualSizeBytes);
  const { stdout } = await run(qemuIo, ["-r", "-f", format, "-c", `read -v 0 ${bytes}`, path], { maxBuffer: 1 << 20 });
  const lines = [...stdout.matchAll(/^[0-9a-f]{8}: ((?: [0-9a-f]{2}){1,16}) /gm)];
  return Buffer.from(lines.map(([, digits = ""]) => digits.replaceAll(" ", "")).join(""), "hex");
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
