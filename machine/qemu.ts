import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Accelerator } from "../host/accelerator";
import { Qmp } from "../host/qmp";
import { UserError } from "../util/user-error";
import type { Firmware } from "../host/firmware";

export interface QemuOptions {
  readonly binary: string;
  readonly accelerator: Accelerator;
  /** Where its files go. */
  readonly folder: string;
  /** A file of that folder. */
  readonly overlay: string;
  /** The firmware of a UEFI machine and its own variables; a BIOS machine without. */
  readonly flash?: Firmware | undefined;
  readonly memoryMiB: number;
}

/** The machine type of UEFI machines: all builds of the firmware serve it, and some no other. */
export const UEFI_MACHINE_TYPE = "q35";

/** A running QEMU with its monitor. */
export interface RunningQemu {
  readonly process: ChildProcess;
  readonly monitor: Qmp;
  /** Loopback port that leads to the guest's port 22. */
  readonly sshPort: number;
  readonly ended: Promise<void>;
}

/**
 * Starts QEMU on a machine's overlay: console in console.log, SSH on a loopback port that QEMU chose.
 * @throws UserError where QEMU does not start
 */
export async function startQemu({
  binary,
  accelerator,
  folder,
  overlay,
  flash,
  memoryMiB,
}: QemuOptions): Promise<RunningQemu> {
  const socket = join(folder, "monitor.sock");
  rmSync(socket, { force: true });
  const words = [
    ["-machine", `${flash ? UEFI_MACHINE_TYPE : "pc"},accel=${accelerator}`, "-cpu", "max"],
    ["-smp", "2", "-m", `${memoryMiB}`, "-nodefaults"],
    ["-display", "none", "-vga", "std", "-serial", "file:console.log"],
    ["-drive", `file=${basename(overlay)},if=virtio,format=qcow2`, "-device", "virtio-rng-pci"],
    ["-netdev", "user,id=net,hostfwd=tcp:127.0.0.1:0-:22", "-device", "virtio-net-pci,netdev=net"],
    ["-chardev", "socket,id=monitor,path=monitor.sock,server=on,wait=off", "-mon", "chardev=monitor,mode=control"],
    ...(flash === undefined ? [] : [flashDrives(flash)]),
  ].flat();
  // Its own files are named from their folder: a path may be too long for a socket, or have a comma.
  const child = spawn(binary, words, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr?.on("data", (data: Buffer) => (complaint += data.toString()));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let monitor: Qmp | undefined;
  while (monitor === undefined) {
    if (child.exitCode !== null) throw new UserError(`QEMU does not start: ${complaint.trim()}`, 1);
    monitor = await Qmp.connect(socket).catch(ifNobodyListens);
    if (monitor === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const sshPort = Number(
    /TCP\[HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)/.exec(await monitor.human("info usernet"))?.[1],
  );
  return { process: child, monitor, sshPort, ended };
}

/** QEMU makes the socket's file first, and listens on it a moment later. */
function ifNobodyListens(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT" && error.code !== "ECONNREFUSED") throw error;
}

function flashDrives({ code, vars }: Firmware): string[] {
  const drive = "if=pflash,format=raw";
  return [
    "-drive",
    `${drive},unit=0,readonly=on,file=${escaped(code)}`,
    "-drive",
    `${drive},unit=1,file=${escaped(vars)}`,
  ];
}

/** A value of an option of QEMU's, in which a comma would end it. */
function escaped(value: string): string {
  return value.replaceAll(",", ",,");
}
