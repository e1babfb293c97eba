import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { chooseAccelerator } from "../host/accelerator";
import { pngOfPpm } from "../util/png";
import { onEndSignal } from "../util/signals";
import { UserError } from "../util/user-error";
import { registerOverlay } from "../store/overlays";
import { requireTool } from "../host/find";
import { requireFirmware } from "../host/firmware";
import { overlayOf, ownVariables, prepareFolder, readBase } from "./folder";
import { login, run } from "./login";
import { type RunningQemu, startQemu, UEFI_MACHINE_TYPE } from "./qemu";

/** From power-on to a login, in seconds; emulated machines are slow. */
const LOGIN_SECONDS = 300;

/** How often the power button is pressed, and the pause in which the machine may power off, in milliseconds. */
const POWER_OFF_PRESSES = 6;
const POWER_OFF_PAUSE_MS = 10_000;

export interface MachineOptions {
  readonly name: string;
  readonly folder: string;
  readonly image: string;
  /** Empty for an image made elsewhere, which has `format` and `fingerprint` instead. */
  readonly manifest: string;
  readonly format?: string;
  readonly fingerprint?: string;
  readonly username: string;
  readonly sshKey: string;
  readonly firmware: "bios" | "uefi";
  readonly memoryMib: number;
}

/**
 * Boots a machine from an image on an overlay, logs in, writes `report.json` with what it found, takes a screenshot and
 * powers the machine off. The exit code is 0 if it answered.
 */
export async function bootMachine(options: MachineOptions): Promise<number> {
  const folder = resolve(options.folder);
  const base = await readBase(options);
  const binary = requireTool("qemu-system-x86_64").path;
  const overlay = overlayOf(folder);
  const firmware = options.firmware === "uefi" ? requireFirmware(UEFI_MACHINE_TYPE, { qemu: binary }) : undefined;
  const { hasOverlay } = prepareFolder(folder, base);
  if (!hasOverlay) createOverlay(overlay, resolve(options.image), base.format);
  const flash = firmware && { code: firmware.code, vars: ownVariables(folder, firmware.vars, hasOverlay) };
  if (options.manifest !== "") registerOverlay(dirname(resolve(options.manifest)), overlay);

  const started = performance.now();
  const log = (text: string): void => {
    process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s  ${text}\n`);
  };
  const accelerator = await chooseAccelerator("auto", binary);
  log(`booting ${options.name} from ${base.name} ${base.fingerprint.slice(0, 12)} (${accelerator})`);
  const machine = await startQemu({ binary, accelerator, folder, overlay, flash, memoryMiB: options.memoryMib });
  const stopWatching = endWithParent(machine);
  try {
    const client = await login({
      port: machine.sshPort,
      username: options.username,
      keyFile: options.sshKey,
      timeoutSeconds: LOGIN_SECONDS,
      isOver: () => machine.process.exitCode !== null,
    });
    const answeredSeconds = Math.round((performance.now() - started) / 100) / 10;
    const report = {
      name: options.name,
      image: { name: base.name, fingerprint: base.fingerprint },
      hostName: await run(client, "hostname"),
      kernel: await run(client, "uname -sr"),
      boot: await run(client, "systemd-analyze time 2>/dev/null | head -n 1"),
      answeredSeconds,
      accelerator,
    };
    client.end();
    await saveScreenshot(machine, folder);
    writeFileSync(join(folder, "report.json"), `${JSON.stringify(report, undefined, 2)}\n`);
    log(`${report.hostName} answers: ${report.kernel}; ${report.boot || "boot time unknown"}`);
    await powerOff(machine);
    log(`powered off; report and screenshot in ${folder}`);
    return 0;
  } finally {
    stopWatching();
    machine.process.kill("SIGKILL");
    await machine.ended;
  }
}

function createOverlay(overlay: string, base: string, format: string): void {
  const qemuImg = requireTool("qemu-img").path;
  const made = spawnSync(qemuImg, ["create", "-q", "-f", "qcow2", "-b", base, "-F", format, overlay], {
    encoding: "utf8",
  });
  if (made.status !== 0) throw new UserError(`overlay ${overlay} cannot be made: ${made.stderr.trim()}`, 1);
}

/** As PNG, which QEMU itself writes since 7.1 only. */
async function saveScreenshot({ monitor }: RunningQemu, folder: string): Promise<void> {
  const picture = join(folder, "screenshot.ppm");
  await monitor.execute("screendump", { filename: picture });
  writeFileSync(join(folder, "screenshot.png"), pngOfPpm(readFileSync(picture)));
  rmSync(picture);
}

/** Presses the power button until the machine is off: one that has just started may not listen to it yet. */
async function powerOff(machine: RunningQemu): Promise<void> {
  for (let pressed = 0; pressed < POWER_OFF_PRESSES && machine.process.exitCode === null; pressed++) {
    await machine.monitor.execute("system_powerdown").catch(() => undefined);
    const late = new Promise((resolve) => setTimeout(resolve, POWER_OFF_PAUSE_MS).unref());
    await Promise.race([machine.ended, late]);
  }
}

/** Terraform kills its shell on Ctrl-C without a word to us: an orphan ends its machine. */
function endWithParent(machine: RunningQemu): () => void {
  const parent = process.ppid;
  const end = (): void => void machine.process.kill("SIGKILL");
  const timer = setInterval(() => process.ppid === parent || end(), 250);
  const releaseSignals = onEndSignal(end);
  return () => {
    clearInterval(timer);
    releaseSignals();
  };
}
