import { spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildRequest } from "../recipe/request";
import { UserError } from "../util/user-error";
import { bootId } from "../util/processes";
import { Memo } from "../util/memo";
import { cacheDir } from "./cache";

export type Accelerator = "kvm" | "hvf" | "tcg";

/**
 * How long the probe may take under a hardware accelerator, in milliseconds. Emulation alone needs about 300; one that
 * needs longer than this to boot a sector would take hours over an installation, or hang in it.
 */
const PROBE_MS = 2_000;

/** Status with which QEMU ends where the boot sector wrote 0x2a to the isa-debug-exit device: 2 * 0x2a + 1. */
const PROBE_STATUS = 85;

/**
 * The accelerator to build with: the one asked for, or the best one under which a boot sector really boots, found out
 * once for each boot of the host and each QEMU.
 * @throws UserError if the one asked for does not work
 */
export async function chooseAccelerator(
  wanted: BuildRequest["settings"]["accelerator"],
  qemu: string,
): Promise<Accelerator> {
  if (wanted === "tcg") return "tcg";
  const remembered = new Memo<Accelerator>(join(cacheDir(), "accelerators.json"));
  const key = `${bootId()}|${qemu}`;
  let best = remembered.get(key);
  if (best === undefined) {
    best = await probe(qemu);
    remembered.set(key, best);
  }
  if (wanted !== "auto" && wanted !== best) {
    throw new UserError(
      `the accelerator ${wanted} does not boot a guest on this machine within ${PROBE_MS / 1000} s; write "auto" or "tcg"`,
    );
  }
  return best;
}

/**
 * How many processors make a build fastest. Emulated ones share locks and caches of translated code, and a kernel with
 * two of them does not trust their cycle counters and asks a slower clock.
 */
export function cpusUnder(accelerator: Accelerator): number {
  return accelerator === "tcg" ? 1 : 2;
}

async function probe(qemu: string): Promise<Accelerator> {
  const candidate = hardwareAccelerator();
  return candidate !== undefined && (await boots(qemu, candidate)) ? candidate : "tcg";
}

function hardwareAccelerator(): Accelerator | undefined {
  if (process.platform === "darwin") return "hvf";
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
    return "kvm";
  } catch {
    return undefined;
  }
}

/** Whether the boot sector gets to its end under an accelerator, in time. */
export async function boots(qemu: string, accelerator: Accelerator, timeoutMs = PROBE_MS): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "os-images-probe-"));
  const sector = join(folder, "sector");
  writeFileSync(sector, Buffer.from(readFileSync(join(__dirname, "probe", "boot-sector.hex"), "utf8").trim(), "hex"));
  const args = [
    "-machine",
    `pc,accel=${accelerator}`,
    "-m",
    "64",
    "-display",
    "none",
    "-nodefaults",
    "-no-user-config",
  ];
  args.push(
    "-device",
    "isa-debug-exit,iobase=0xf4,iosize=4",
    "-drive",
    `file=${sector},format=raw,if=ide`,
    "-no-reboot",
  );
  try {
    return await new Promise((resolve) => {
      const child = spawn(qemu, args, { stdio: "ignore", timeout: timeoutMs, killSignal: "SIGKILL" });
      child.on("error", () => resolve(false));
      child.on("exit", (status) => resolve(status === PROBE_STATUS));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
