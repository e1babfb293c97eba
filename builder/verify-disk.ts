import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { promisify } from "node:util";
import type { Recipe } from "../recipe/recipe";
import type { Manifest } from "../store/manifest";
import { sha256OfFile } from "../util/digest";

const run = promisify(execFile);

/** A disk that is not what the recipe asks for. The message says in which way. */
export class UnsoundDisk extends Error {}

/**
 * Checks a disk's format, size and structure, and gives what the manifest says of it. The digest takes a read of its own,
 * out of the page cache: a qcow2's header and tables are written after its data, so that none comes of the writing.
 */
export async function verifyDisk(
  qemuImg: string,
  disk: string,
  file: string,
  recipe: Pick<Recipe, "format" | "diskMiB">,
): Promise<Manifest["disk"]> {
  const { stdout } = await run(qemuImg, ["info", "--output=json", "-f", recipe.format, disk]);
  const info = JSON.parse(stdout) as { "virtual-size": number; "backing-filename"?: string };
  if (info["backing-filename"] !== undefined) {
    throw new UnsoundDisk(`the disk does not stand alone: it lies on ${info["backing-filename"]}`);
  }
  const virtualSizeBytes = info["virtual-size"];
  if (virtualSizeBytes !== recipe.diskMiB * 1024 * 1024) {
    throw new UnsoundDisk(`the disk has ${virtualSizeBytes} bytes, not ${recipe.diskMiB} MiB`);
  }
  const [sha256] = await Promise.all([sha256OfFile(disk), recipe.format === "qcow2" && checkStructure(qemuImg, disk)]);
  return { file, format: recipe.format, sizeBytes: statSync(disk).size, virtualSizeBytes, sha256 };
}

async function checkStructure(qemuImg: string, disk: string): Promise<void> {
  await run(qemuImg, ["check", "-q", "-f", "qcow2", disk]).catch((error: { stdout?: string; stderr?: string }) => {
    throw new UnsoundDisk(`the disk's structure is damaged: ${error.stdout ?? ""}${error.stderr ?? ""}`.trim());
  });
}
