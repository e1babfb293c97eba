import { flag, list, number, text, type CheckedKickstart } from "../kickstart";
import type { ParsedCommand } from "../parsed";
import type { Hit, Rule } from "../rule";

/** Partition tables and alignment, in MiB. */
const OVERHEAD = 2;

export const diskSize: Rule = {
  code: "KS105",
  severity: "error",
  title: "partitions larger than the disk",
  why: "The installer stops if the smallest sizes that it is asked for do not fit: it tells so on its console, after the boot.",
  remedy: "Write smaller `--size`s (they are MiB), `--grow` for the one that takes the rest, or a larger disk.",
  check(kickstart, { diskMiB }) {
    if (diskMiB === undefined) return [];
    return [...partitions(kickstart, diskMiB), ...volumes(kickstart, diskMiB)];
  },
};

function partitions(kickstart: CheckedKickstart, diskMiB: number): Hit[] {
  const parts = kickstart.accepted("part", "partition").filter((part) => text(part, "onPart") === "");
  const mirrored = parts.some((part) => text(part, "mountpoint").startsWith("raid."));
  const wanted = parts.reduce((sum, part) => sum + number(part, "size"), 0);
  const largest = largestOf(parts);
  if (mirrored || !largest || wanted + OVERHEAD <= diskMiB) return [];
  return [
    {
      at: largest,
      message: `the partitions take ${wanted} MiB, but the disk has ${diskMiB} MiB: write smaller --size values or --grow, or make the disk larger`,
    },
  ];
}

function volumes(kickstart: CheckedKickstart, diskMiB: number): Hit[] {
  const parts = kickstart.accepted("part", "partition");
  return kickstart.accepted("volgroup").flatMap((group) => {
    const name = text(group, "vgname");
    const members = parts.filter((part) => list(group, "physvols").includes(text(part, "mountpoint")));
    if (members.length === 0 || members.length < list(group, "physvols").length) return [];
    const grows = members.some((part) => flag(part, "grow"));
    const room = grows ? diskMiB : members.reduce((sum, part) => sum + number(part, "size"), 0);
    const inPool = (volume: ParsedCommand) => flag(volume, "thin_volume");
    const logical = kickstart.accepted("logvol").filter((volume) => text(volume, "vgname") === name && !inPool(volume));
    const wanted = logical.reduce((sum, volume) => sum + number(volume, "size"), 0);
    const largest = largestOf(logical);
    if (!largest || wanted <= room) return [];
    const message = `the logical volumes of ${name} take ${wanted} MiB, but there is room for ${room} MiB: write smaller --size values`;
    return [{ at: largest, message }];
  });
}

function largestOf(commands: readonly ParsedCommand[]): ParsedCommand | undefined {
  return [...commands].sort((a, b) => number(b, "size") - number(a, "size"))[0];
}
