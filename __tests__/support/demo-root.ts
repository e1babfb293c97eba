import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyFromMedium } from "../../builder/iso9660";
import { demoMedium } from "./request";

/** Unpacks a demo installer's system into a folder, as that installer does. Only root may. */
export function unpackDemoSystem(folder: string, { iso } = demoMedium()): string {
  const archive = join(folder, "rootfs.tar");
  const root = join(folder, "root");
  mkdirSync(root);
  copyFromMedium(iso, "rootfs.tar", archive);
  execFileSync("tar", ["-xf", archive, "-C", root]);
  rmSync(archive);
  return root;
}

/** Runs a shell script as root inside a system, and gives what it printed. Throws with that if it fails. */
export function runIn(root: string, script: string): string {
  writeFileSync(join(root, "tmp", "script"), script);
  return execFileSync("chroot", [root, "/bin/sh", "/tmp/script"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}
