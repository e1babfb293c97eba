import { asked, flag, number, text, type CheckedKickstart } from "./kickstart";
import type { ParsedCommand } from "./parsed";

/** What a `part`, `raid` or `logvol` line makes. */
export interface Volume {
  readonly command: ParsedCommand;
  /** Where it is mounted, or what it is: "/boot", "swap", "pv.01", "biosboot" ... */
  readonly mountpoint: string;
  /** As it is written; "" leaves it to the installer. */
  readonly fstype: string;
  /** Undefined if the line gives none. */
  readonly sizeMiB: number | undefined;
  /** Whether it can become larger than its size. */
  readonly grows: boolean;
  /** Whether the line makes and formats it, rather than using what is there. */
  readonly isNew: boolean;
}

/** The partitions, RAID arrays and logical volumes of a kickstart, thin pools left out. */
export const volumes = asked((kickstart): Volume[] =>
  kickstart
    .accepted("part", "partition", "raid", "logvol")
    .filter((command) => !flag(command, "thin_pool"))
    .map((command) => ({
      command,
      mountpoint: text(command, "mountpoint"),
      fstype: text(command, "fstype"),
      sizeMiB: command.values["size"] === undefined ? undefined : number(command, "size"),
      grows:
        ["grow", "recommended", "hibernation"].some((name) => flag(command, name)) || number(command, "percent") > 0,
      isNew: flag(command, "format") && !flag(command, "preexist") && text(command, "onPart") === "",
    })),
);

/** Whether it is mounted somewhere, and no swap space, member of something or boot loader's partition. */
export function isMounted({ mountpoint }: Volume): boolean {
  return mountpoint.startsWith("/");
}

/** Whether a partition is made for another line to use: "pv.01", "raid.11", "btrfs.2". */
export function isMember({ mountpoint }: Volume): boolean {
  return /^(pv|raid|btrfs)\./.test(mountpoint);
}

/** The volume that /boot is on: its own, or that of /. */
export function bootVolume(kickstart: CheckedKickstart): Volume | undefined {
  const all = volumes(kickstart);
  return all.find(({ mountpoint }) => mountpoint === "/boot") ?? all.find(({ mountpoint }) => mountpoint === "/");
}

/** Whether the volume, or a member that it lies on, is encrypted. */
export function isEncrypted(kickstart: CheckedKickstart, { command }: Volume): boolean {
  if (flag(command, "encrypted")) return true;
  const groups = kickstart.accepted("volgroup").filter((group) => text(group, "vgname") === text(command, "vgname"));
  const members = [command, ...(command.name === "logvol" ? groups : [])].flatMap(({ values }) => [
    ...((values["physvols"] as string[] | undefined) ?? []),
    ...((values["members"] as string[] | undefined) ?? []),
  ]);
  return volumes(kickstart).some((volume) => members.includes(volume.mountpoint) && isEncrypted(kickstart, volume));
}
