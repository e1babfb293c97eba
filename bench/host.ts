import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";

/** The day, and what was measured on: one line. */
export function host(): string {
  const [qemu] = execFileSync("qemu-system-x86_64", ["--version"], { encoding: "utf8" }).split("\n");
  const memory = Math.round(totalmem() / 2 ** 30);
  const [cpu] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  return `${day}: ${cpus().length} cores of ${cpu?.model ?? "an unknown kind"}, ${memory} GiB, node ${process.version}, ${qemu}.`;
}
