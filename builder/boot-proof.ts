import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { QmpEvent } from "../host/qmp";
import type { Recipe } from "../recipe/recipe";
import type { Diagnosis } from "./causes/cause";
import { isLoginPrompt, neverUp, rebootLoop } from "./causes/observed";
import { deviceConfig, NETWORK_BACKEND } from "./devices";
import type { Guard } from "./guard";
import { GuestLogs } from "./guest-logs";
import { GuestWatch } from "./guest-watch";
import type { Host } from "./preflight";
import { startGroup } from "./process-group";
import { SshProber } from "./ssh-prober";
import { Suspects } from "./suspects";
import { machineFolder, type MachineFolder, type WorkFolder } from "./work-folder";

const run = promisify(execFile);

/** How often the console is looked at, in milliseconds. */
const TICK_MS = 250;

/** So many resets are a loop: a first start may relabel its files and start again. */
const LOOP_RESETS = 4;

/** A disk that does not start. */
export class DoesNotStart extends Error {
  constructor(
    readonly diagnosis: Diagnosis,
    readonly machine: MachineFolder,
    /** The lines of its console. */
    readonly console: readonly string[],
  ) {
    super(diagnosis.reason);
  }
}

/** What shows that a started system is up. */
export type BootSign = "login prompt" | "SSH server";

export interface BootProofOptions {
  readonly recipe: Pick<
    Recipe,
    "format" | "firmware" | "machineType" | "cpuModel" | "memoryMiB" | "diskInterface" | "netDevice"
  >;
  readonly host: Pick<Host, "qemu" | "qemuImg" | "accelerator" | "cpus" | "firmware">;
  readonly work: Pick<WorkFolder, "path" | "disk" | "group">;
  readonly guard: Guard;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/**
 * Starts a finished disk once, on an overlay that is thrown away, in a machine that reaches no network, until its console
 * asks for a login or its SSH server answers. The disk itself is only read.
 * @returns what showed that it is up
 * @throws DoesNotStart with the reason
 */
export async function proveBoot(options: BootProofOptions): Promise<BootSign> {
  const { host, work, guard, timeoutSeconds, signal } = options;
  const folder = machineFolder(join(work.path, "proof"));
  const cwd = join(folder.path, "run");
  mkdirSync(cwd, { recursive: true });
  const overlay = join(folder.path, "overlay.qcow2");
  await run(host.qemuImg, ["create", "-q", "-f", "qcow2", "-F", options.recipe.format, "-b", work.disk, overlay]);
  writeFileSync(join(folder.path, "devices.cfg"), deviceConfig());

  const machine = new WatchedMachine(folder);
  const qemu = await startGroup({
    program: host.qemu,
    args: qemuArguments(options, overlay, folder),
    cwd,
    groupFile: work.group,
    environment: process.env,
    guard,
    onLine: (line) => machine.complaints.push(line),
  });
  void qemu.ended.then(() => (machine.hasEnded = true));
  machine.start();
  const begun = performance.now();
  try {
    for (;;) {
      signal.throwIfAborted();
      const found = machine.sign ?? machine.diagnosis((performance.now() - begun) / 1000, timeoutSeconds);
      if (typeof found === "string") return found;
      if (found !== undefined) throw await machine.doesNotStart(found);
      await sleep(TICK_MS);
    }
  } finally {
    qemu.terminate();
    await qemu.ended;
    await machine.stop();
  }
}

/** A machine's console, monitor and port 22. */
class WatchedMachine {
  readonly complaints: string[] = [];
  hasEnded = false;
  private readonly suspects = new Suspects();
  private readonly logs: GuestLogs;
  private readonly guest: GuestWatch;
  private readonly prober: SshProber;
  private resets = 0;
  private answers = false;
  private monitorFailed: string | undefined;

  constructor(private readonly folder: MachineFolder) {
    this.suspects.stage = "installed";
    this.logs = new GuestLogs(folder, (source, line) => this.suspects.line(source, line));
    this.prober = new SshProber(
      (port) => createConnection(port, "127.0.0.1").on("error", () => undefined),
      (socket) => {
        this.answers = true;
        socket.destroy();
      },
    );
    this.guest = new GuestWatch(
      folder.monitor,
      folder.screenshot,
      {
        started: () => undefined,
        event: (event) => this.onEvent(event),
        ended: () => undefined,
        failed: (reason) => (this.monitorFailed = reason),
      },
      (port) => this.prober.setPort(port),
    );
  }

  start(): void {
    this.logs.start();
    this.guest.start();
    this.prober.start();
  }

  async stop(): Promise<void> {
    this.prober.stop();
    await this.guest.stop();
    await this.logs.stop();
  }

  /** What shows that the system is up. */
  get sign(): BootSign | undefined {
    if (this.answers) return "SSH server";
    return isLoginPrompt(this.logs.prompt) ? "login prompt" : undefined;
  }

  /** Why the system does not come up; undefined as long as it may. */
  diagnosis(seconds: number, limit: number): Diagnosis | undefined {
    const lines = this.logs.tail(Infinity);
    this.suspects.screen(this.logs.screenLines(), this.logs.prompt);
    const believed = this.suspects.diagnosis(lines);
    if (believed !== undefined) return believed;
    if (this.monitorFailed !== undefined) return { cause: "monitor failed", reason: this.monitorFailed };
    if (this.resets >= LOOP_RESETS) return this.suspects.narrowest(lines) ?? rebootLoop(this.resets);
    if (!this.hasEnded && seconds <= limit) return undefined;
    return this.suspects.narrowest(lines) ?? neverUp(seconds, this.complaints.join(" "));
  }

  async doesNotStart(diagnosis: Diagnosis): Promise<DoesNotStart> {
    await this.guest.takePicture();
    return new DoesNotStart(diagnosis, this.folder, this.logs.tail(Infinity));
  }

  private onEvent({ event, data }: QmpEvent): void {
    if (event !== "RESET" || data?.guest !== true) return;
    this.resets++;
    this.prober.restart();
    void this.logs.guestRestarted().then(() => this.suspects.guestRestarted());
  }
}

/** A machine like the one that the disk was installed in; without a CD, and without a way out of it. */
function qemuArguments({ recipe, host }: BootProofOptions, overlay: string, machine: MachineFolder): string[] {
  const drive = `file=${overlay.replaceAll(",", ",,")},format=qcow2,cache=unsafe,discard=unmap`;
  return [
    ...["-machine", `${recipe.machineType},accel=${host.accelerator}`, "-cpu", recipe.cpuModel],
    ...["-m", String(recipe.memoryMiB), "-smp", String(host.cpus), "-display", "none"],
    ...[
      "-netdev",
      `user,id=${NETWORK_BACKEND},restrict=on`,
      "-device",
      `${recipe.netDevice},netdev=${NETWORK_BACKEND}`,
    ],
    ...DRIVES[recipe.diskInterface](drive),
    ...flashDrives(host.firmware, machine),
    ...["-readconfig", "../devices.cfg"],
  ];
}

const DRIVES: Readonly<Record<Recipe["diskInterface"], (drive: string) => string[]>> = {
  virtio: (drive) => ["-drive", `${drive},if=virtio`],
  ide: (drive) => ["-drive", `${drive},if=ide`],
  sata: (drive) => ["-drive", `${drive},if=ide`],
  "virtio-scsi": (drive) => [
    ...["-device", "virtio-scsi-pci,id=scsi0", "-drive", `${drive},if=none,id=drive0`],
    ...["-device", "scsi-hd,bus=scsi0.0,drive=drive0"],
  ],
  nvme: (drive) => ["-drive", `${drive},if=none,id=drive0`, "-device", "nvme,drive=drive0,serial=os-images"],
};

/** With variables of its own, fresh as a new machine has them. */
function flashDrives(firmware: Host["firmware"], { path }: MachineFolder): string[] {
  if (firmware === undefined) return [];
  copyFileSync(firmware.vars, join(path, "vars.fd"));
  const flash = "if=pflash,format=raw";
  return [
    ...["-drive", `${flash},unit=0,readonly=on,file=${firmware.code.replaceAll(",", ",,")}`],
    ...["-drive", `${flash},unit=1,file=../vars.fd`],
  ];
}
