import { readdirSync, readFileSync } from "node:fs";

/** A process of this machine (Linux). */
export interface TreeProcess {
  readonly pid: number;
  readonly parent: number;
  readonly started: string;
  readonly commandLine: string;
}

/** Every process that is no zombie. */
export function processes(): TreeProcess[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === "Z" || state === "X") return [];
      const commandLine = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      return [{ pid: Number(name), parent: Number(parent), started: rest[17] ?? "", commandLine }];
    } catch {
      return [];
    }
  });
}

/** A process and all that descend from it, as they are now. */
export function descendants(root: number): TreeProcess[] {
  const all = processes();
  const found = all.filter(({ pid }) => pid === root);
  for (const one of found) found.push(...all.filter(({ parent, pid }) => parent === one.pid && pid !== root));
  return found;
}

/** Those of some processes that still run. */
export function stillRunning(some: readonly TreeProcess[]): TreeProcess[] {
  const now = new Map(processes().map((one) => [one.pid, one.started]));
  return some.filter(({ pid, started }) => now.get(pid) === started);
}

/** Inodes of the sockets that listen for TCP: fields 4 and 10 of /proc/net/tcp. */
export function listeningPorts(): Set<number> {
  const lines = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => readFileSync(file, "utf8").split("\n").slice(1));
  const fields = lines.map((line) => line.trim().split(/\s+/)).filter((line) => line[3] === "0A");
  return new Set(fields.map((line) => parseInt(line[1]?.split(":")[1] ?? "0", 16)));
}
