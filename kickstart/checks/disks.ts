import type { ParsedCommand } from "./parsed";
import { list, text, type CheckedKickstart } from "./kickstart";

/** A disk that a command names. */
export interface DiskUse {
  readonly command: ParsedCommand;
  /** As it is written on the line, e.g. "--ondisk" or "ignoredisk". */
  readonly option: string;
  /** Without "/dev/" and without a partition's number, e.g. "vda". */
  readonly disk: string;
  /** Whether a partition of it is named. */
  readonly isPartition: boolean;
}

/** Where commands name disks: pykickstart's attribute and the option of the line. */
const NAMING: readonly (readonly [commands: readonly string[], attribute: string, option: string])[] = [
  [["ignoredisk"], "onlyuse", "--only-use"],
  [["ignoredisk"], "ignoredisk", "--drives"],
  [["clearpart"], "drives", "--drives"],
  [["clearpart"], "devices", "--list"],
  [["bootloader"], "bootDrive", "--boot-drive"],
  [["bootloader"], "driveorder", "--driveorder"],
  [["part", "partition"], "disk", "--ondisk"],
  [["part", "partition"], "onPart", "--onpart"],
  [["mount"], "device", "the device"],
];

/** Every kernel name of a disk in the commands. Names such as disk/by-id/... and LABEL=... are left out. */
export function diskUses(kickstart: CheckedKickstart): DiskUse[] {
  return kickstart.parsed.commands.flatMap((command) =>
    NAMING.filter(([commands]) => commands.includes(command.name)).flatMap(([, attribute, option]) =>
      [...list(command, attribute), text(command, attribute)]
        .flatMap((value) => value.split(/[,|]/))
        .map((name) => name.trim().replace(/^\/dev\//, ""))
        .map((name) => ({ command, option, disk: kernelDisk(name), isPartition: kernelDisk(name) !== name }))
        .filter((use): use is DiskUse => use.disk !== undefined),
    ),
  );
}

/**
 * The disk of a device's name: "sda" for "sda2", "nvme0n1" for "nvme0n1p1", another name as it is, e.g.
 * "mapper/mpatha"; undefined for what names no device by its place: disk/by-id/..., LABEL=..., a pattern. Names: Linux,
 * Documentation/admin-guide/devices.txt.
 */
function kernelDisk(name: string): string | undefined {
  if (name === "" || name === "none" || /^disk\/|=|[*?[\]$@{<]/.test(name)) return undefined;
  const match = /^(?:((?:sd|vd|hd|xvd)[a-z]+)\d*|(nvme\d+n\d+)(?:p\d+)?|(mmcblk\d+)(?:p\d+)?)$/.exec(name);
  return match?.[1] ?? match?.[2] ?? match?.[3] ?? name;
}
