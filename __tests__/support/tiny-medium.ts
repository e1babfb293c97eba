import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Login } from "../../recipe/login";
import { type TestImage, testMedium } from "./request";

/** Where the boot sector holds how long it waits, in eighteenths of a second. */
const TICKS_OFFSET = 3;

/** Where it holds how it ends. */
const ENDING_OFFSET = 5;

/** How a tiny installer ends, by its number in tiny/boot-sector.s. */
const ENDINGS = { poweroff: 0, reset: 1, "reset without a boot record": 2, system: 3 };

/** A medium in a folder whose "installer" runs for about `seconds` and then ends as asked: see tiny/boot-sector.s. */
export function tinyMedium(
  folder: string,
  seconds = 3,
  ending: keyof typeof ENDINGS = "poweroff",
): { readonly iso: string; readonly sha256: string } {
  const tree = join(folder, `tree-${seconds}-${ENDINGS[ending]}`);
  const iso = join(folder, `tiny-${seconds}-${ENDINGS[ending]}.iso`);
  mkdirSync(tree, { recursive: true });
  writeFileSync(join(tree, "boot.bin"), bootSector(seconds, ending));
  const options = ["-b", "boot.bin", "-no-emul-boot", "-boot-load-size", "4"];
  execFileSync("xorriso", ["-as", "mkisofs", "-quiet", ...options, "-o", iso, tree], { stdio: "ignore" });
  rmSync(tree, { recursive: true });
  return { iso, sha256: createHash("sha256").update(readFileSync(iso)).digest("hex") };
}

/** A boot sector that "installs" for some seconds. */
export function bootSector(seconds: number, ending: keyof typeof ENDINGS): Buffer {
  const sector = Buffer.from(readFileSync(join(__dirname, "tiny", "boot-sector.hex"), "utf8"), "hex");
  sector.writeUInt16LE(Math.round(seconds * 18.2), TICKS_OFFSET);
  sector.writeUInt16LE(ENDINGS[ending], ENDING_OFFSET);
  return sector;
}

/** How a machine is described that a tiny medium installs. */
export const TINY = {
  buildLogin: Login.none(),
  diskSize: "64M",
  memoryMiB: 64,
  cpus: 1,
  bootWaitSeconds: 1,
  boot: "bootCommand",
  bootCommand: [],
  accelerator: "tcg",
  proof: "none",
  // Some of these systems start from their medium, which a build that goes on from a checkpoint does not have.
  checkpoints: "none",
} as const;

/** What stands for a kickstart there: nobody reads it. */
export const TINY_KICKSTART = "poweroff\n";

/** An image that a tiny medium "installs" in a few seconds, through the real Packer and QEMU. */
export function tinyImage(medium: { readonly iso: string; readonly sha256: string }): TestImage {
  return { name: "tiny", kickstart: TINY_KICKSTART, ...TINY, medium: testMedium(medium) };
}
