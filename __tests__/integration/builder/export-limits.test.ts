import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { requireExportable } from "../../../builder/exports/limits";
import { Platform } from "../../../platforms/platform";
import { temporaryFolder } from "../../support/temporary";
import { convert } from "../platforms/artefacts";

const folder = temporaryFolder("limits");
let serial = 0;

/** A qcow2 with partitions of these types, in the words of sfdisk. */
function source(table: "dos" | "gpt", ...types: readonly string[]) {
  const raw = join(folder, `raw-${++serial}`);
  execFileSync("truncate", ["-s", "64M", raw]);
  const lines = types.map((type) => `size=4MiB, type=${type}`);
  execFileSync("sfdisk", ["-q", raw], { input: [`label: ${table}`, ...lines, ""].join("\n") });
  const path = convert(raw, `${raw}.qcow2`, "-O", "qcow2");
  const disk = { path, format: "qcow2", virtualSizeBytes: 64 * 1024 ** 2 } as const;
  return { name: "web", fingerprint: "a".repeat(64), revision: "", title: "", firmware: "bios", disk } as const;
}

test.each([
  ["dos", "82", "8e", "83"],
  ["gpt", "S", "V", "L"],
] as const)("swap and logical volumes are found in a %s table", async (table, swap, lvm, linux) => {
  const check = (platform: Platform, ...types: readonly string[]) =>
    requireExportable(source(table, ...types), platform.recipe);
  await expect(check(Platform.azure(), linux, swap)).rejects.toThrow("has a swap partition");
  await expect(check(Platform.xen(), lvm)).rejects.toThrow("pygrub reads no logical volumes");
  await check(Platform.xen(), linux, lvm);
  await check(Platform.azure(), linux);
  await check(Platform.google(), linux, swap, lvm);
});
