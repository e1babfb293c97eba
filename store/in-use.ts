import { readdirSync, readlinkSync, realpathSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join, resolve, dirname } from "node:path";

/** Files that processes of this host have open, as far as this user may see (Linux; elsewhere none). */
export function openFiles(): Set<string> {
  const found = new Set<string>();
  if (process.platform !== "linux") return found;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    for (const link of descriptorsOf(pid)) found.add(link);
  }
  return found;
}

/** The files that some overlays are based on, through every layer. `qemuImg` is the program's path. */
export function basesOf(overlays: readonly string[], qemuImg: string): Set<string> {
  const found = new Set<string>();
  for (const overlay of overlays) {
    const text = execFileSync(qemuImg, ["info", "-U", "--output=json", "--backing-chain", overlay], {
      encoding: "utf8",
    });
    for (const { filename } of JSON.parse(text) as { filename: string }[]) {
      const file = resolve(dirname(overlay), filename);
      if (file !== resolve(overlay)) found.add(realpathSync(file));
    }
  }
  return found;
}

function descriptorsOf(pid: string): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).map((name) => readlinkSync(join(folder, name)));
  } catch {
    return [];
  }
}
