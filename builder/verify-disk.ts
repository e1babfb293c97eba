import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { promisify } from "node:util";
import type { Recipe } from "../recipe/recipe";
import type { Manifest } from "../store/manifest";
import { digestOf } from "./medium";

const run = promisify(execFile);

/** A disk that is not what the recipe asks for. The message says in which way. */
export class UnsoundDisk extends Error {}

/** Checks a disk's format, size and structure, and gives what the manifest says of it. */
export async function verifyDisk(
  qemuImg: string,
  disk: string,
  file: string,
  recipe: Pick<Recipe, "format" | "diskMiB">,
): Promise<Manifest["disk"]> {
  const { stdout } = await run(qemuImg, ["info", "--output=json", "-f", recipe.format, disk]);
  const info = JSON.parse(stdout) as { format: string; "virtual-size": number; "dirty-flag"?: boolean };
  const virtualSizeBytes = info["virtual-size"];
  if (virtualSizeBytes !== recipe.diskMiB * 1024 * 1024) {
    throw new UnsoundDisk(`the disk has ${virtualSizeBytes} bytes, not ${recipe.diskMiB} MiB`);
  }
  if (recipe.format === "qcow2") {
    await run(qemuImg, ["check", "-q", "-f", "qcow2", disk]).catch((error: { stdout?: string; stderr?: string }) => {
      throw new UnsoundDisk(`the disk's structure is damaged: ${error.stdout ?? ""}${error.stderr ?? ""}`.trim());
    });
  }
  const sha256 = await digestOf(disk);
  return { file, format: recipe.format, sizeBytes: statSync(disk).size, virtualSizeBytes, sha256 };
}
