import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { chooseAccelerator } from "../../host/accelerator";
import { requireTool } from "../../host/find";
import { requireFirmware } from "../../host/firmware";
import { freePort } from "../../host/free-port";
import { login, run } from "../../machine/login";

/** The buses on which a platform's machines see their disk, as QEMU's devices. */
const BUSES = {
  virtio: ["-device", "virtio-blk-pci,drive=disk,bootindex=0"],
  "virtio-scsi": ["-device", "virtio-scsi-pci,id=scsi", "-device", "scsi-hd,bus=scsi.0,drive=disk,bootindex=0"],
  pvscsi: ["-device", "pvscsi,id=scsi", "-device", "scsi-hd,bus=scsi.0,drive=disk,bootindex=0"],
  nvme: ["-device", "nvme,serial=test,drive=disk,bootindex=0"],
  ide: ["-device", "ide-hd,drive=disk,bootindex=0"],
} as const;

/** The drivers of Linux that are bound to these. */
const DRIVERS = {
  virtio: "virtio_blk",
  "virtio-scsi": "virtio_scsi",
  pvscsi: "vmw_pvscsi",
  nvme: "nvme",
  ide: "ata_piix",
  "virtio-net-pci": "virtio_net",
  vmxnet3: "vmxnet3",
} as const;

/** A platform's hardware, as far as QEMU has it. */
export interface Hardware {
  readonly firmware: "bios" | "uefi";
  readonly bus: keyof typeof BUSES;
  readonly card: "virtio-net-pci" | "vmxnet3";
}

/** A disk as QEMU opens it. */
interface Disk {
  readonly file: string;
  /** Of QEMU's option `-drive`. */
  readonly format: string;
}

/** Takes the disk out of a platform's file, by its ending. */
export function diskOf(file: string): Disk {
  const folder = dirname(file);
  const member = (name: string, format: string, ...words: string[]): Disk => {
    execFileSync("tar", [...words, "-xf", file, "-C", folder, name]);
    return { file: join(folder, name), format };
  };
  if (file.endsWith(".tar.gz")) return member("disk.raw", "raw", "-z");
  if (file.endsWith(".box")) return member("box.img", "qcow2", "-z");
  if (file.endsWith(".ova")) {
    const [name = ""] = execFileSync("tar", ["-tf", file], { encoding: "utf8" }).match(/\S+\.vmdk/) ?? [];
    return member(name, "vmdk");
  }
  if (file.endsWith(".zst")) {
    execFileSync("zstd", ["-q", "-d", file]);
    return { file: file.slice(0, -".zst".length), format: "raw" };
  }
  // Without this, QEMU computes the size from the cylinders in the footer.
  if (file.endsWith(".vhd")) return { file, format: "vpc,force_size_calc=current_size" };
  return { file, format: file.slice(file.lastIndexOf(".") + 1) };
}

/** A machine that runs. */
interface RunningMachine {
  /** Loopback port that leads to its port 22. */
  readonly port: number;
  /** Whether QEMU has ended. */
  readonly isOver: () => boolean;
}

/** Starts a machine of that hardware, and ends it when `use` has ended. Of a disk with snapshot=on it only reads. */
export async function withMachine<Result>(
  { file, format }: Disk,
  hardware: Hardware,
  use: (machine: RunningMachine) => Promise<Result>,
): Promise<Result> {
  const folder = dirname(file);
  const qemu = requireTool("qemu-system-x86_64").path;
  const port = await freePort();
  const words = [
    ["-machine", `pc,accel=${await chooseAccelerator("auto", qemu)}`, "-cpu", "max", "-m", "1024", "-nodefaults"],
    ["-display", "none", "-vga", "std", "-serial", "file:console.log", "-device", "virtio-rng-pci"],
    ["-drive", `if=none,id=disk,file=${file},format=${format}`, ...BUSES[hardware.bus]],
    ["-netdev", `user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`, "-device", `${hardware.card},netdev=net`],
    hardware.firmware === "uefi" ? flash(folder, qemu) : [],
  ].flat();
  const machine = spawn(qemu, words, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise((resolve) => machine.once("close", resolve));
  const end = (): void => void machine.kill("SIGKILL");
  process.once("exit", end);
  try {
    return await use({ port, isOver: () => machine.exitCode !== null });
  } catch (error) {
    const console = readFileSync(join(folder, "console.log"), "latin1");
    throw new Error(`${String(error)}\n${console.slice(-3000)}`, { cause: error });
  } finally {
    end();
    await ended;
    process.off("exit", end);
  }
}

/** What a machine answered that was started from a disk. */
export interface Answer {
  readonly hostName: string;
  /** Which of the hardware's two drivers have a device. */
  readonly drivers: readonly string[];
}

/** Starts a machine from a disk, which it only reads, logs in, and ends it. */
export function answerOf({ file, format }: Disk, hardware: Hardware, keyFile: string): Promise<Answer> {
  return withMachine({ file, format: `${format},snapshot=on` }, hardware, async ({ port, isOver }) => {
    const client = await login({ port, username: "admin", keyFile, timeoutSeconds: 300, isOver });
    const hostName = await run(client, "hostname");
    const bound: string[] = [];
    for (const driver of driversOf(hardware)) {
      const devices = await run(client, `ls /sys/bus/*/drivers/${driver}`);
      if (/^(0000:|virtio\d)/m.test(devices)) bound.push(driver);
    }
    client.end();
    return { hostName, drivers: bound };
  });
}

/** The drivers that a machine of that hardware has devices for. */
export function driversOf({ bus, card }: Hardware): string[] {
  return [DRIVERS[bus], DRIVERS[card]];
}

function flash(folder: string, qemu: string): string[] {
  const { code, vars } = requireFirmware("pc", { qemu });
  copyFileSync(vars, join(folder, "vars.fd"));
  const drive = "if=pflash,format=raw";
  return ["-drive", `${drive},unit=0,readonly=on,file=${code}`, "-drive", `${drive},unit=1,file=vars.fd`];
}
