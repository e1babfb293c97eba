import { flag, list, number, text, type CheckedKickstart } from "../kickstart";
import type { ParsedCommand } from "../parsed";
import type { Hit, Rule } from "../rule";
import { isMember, volumes } from "../volumes";

export const volumeName: Rule = {
  code: "KS117",
  severity: "error",
  title: "volumes that do not fit together",
  why: "The installer stops at a physical volume, RAID member, group, array or logical volume that is made twice, at one that two groups use, at a thin volume without its pool before it, at an extent size that LVM does not have, at a volume smaller than an extent, at a name that LVM does not take, and at a snapshot of a volume that is not thin. (Anaconda, custom_partitioning.py)",
  remedy: "Give each a name of its own, and write a thin pool before its volumes.",
  check(kickstart) {
    return [
      ...misnamed(kickstart),
      ...madeTwice(kickstart),
      ...usedTwice(kickstart),
      ...unused(kickstart),
      ...groups(kickstart),
      ...thin(kickstart),
      ...snapshots(kickstart),
    ];
  },
};

/** Names that LVM refuses (lvm(8), "Valid names"). */
function misnamed(kickstart: CheckedKickstart): Hit[] {
  const named = [
    ...kickstart.accepted("volgroup").map((command) => ({ command, name: text(command, "vgname") })),
    ...kickstart.accepted("logvol").map((command) => ({ command, name: text(command, "name") })),
  ];
  return named
    .filter(
      ({ name }) => name !== "" && !/[$@{<]/.test(name) && !/^(?!-)(?!\.{1,2}$)[A-Za-z0-9+_.-]{1,126}$/.test(name),
    )
    .map(({ command, name }) => ({
      at: command,
      message: `LVM does not take the name "${name}": write letters, digits and +_.-`,
    }));
}

function snapshots(kickstart: CheckedKickstart): Hit[] {
  return kickstart.accepted("snapshot").flatMap((command): Hit[] => {
    const [group = "", name = ""] = (command.args.find((arg) => !arg.startsWith("-")) ?? "").split("/");
    const volume = kickstart
      .accepted("logvol")
      .find((one) => text(one, "vgname") === group && text(one, "name") === name);
    if (kickstart.isPartial || kickstart.has("autopart") || (volume && flag(volume, "thin_volume"))) return [];
    const what = volume ? "is no thin volume" : "is made by no line";
    return [
      { at: command, message: `snapshot is of ${group}/${name}, which ${what}: write a logvol with --thin --poolname` },
    ];
  });
}

function madeTwice(kickstart: CheckedKickstart): Hit[] {
  const fresh = (command: ParsedCommand) => command.values["preexist"] !== true;
  const named: (readonly [command: ParsedCommand, name: string])[] = [
    ...volumes(kickstart)
      .filter(isMember)
      .map(({ command, mountpoint }) => [command, mountpoint] as const),
    ...kickstart
      .accepted("raid")
      .filter(fresh)
      .map((one) => [one, `the array md${text(one, "device")}`] as const),
    ...kickstart
      .accepted("volgroup")
      .filter(fresh)
      .map((one) => [one, `the volume group ${text(one, "vgname")}`] as const),
    ...kickstart
      .accepted("logvol")
      .filter(fresh)
      .map((one) => [one, `${text(one, "name")} of ${text(one, "vgname")}`] as const),
  ];
  return named.flatMap(([command, name], index) => {
    const [other] = named.find(([, same], before) => same === name && before < index) ?? [];
    if (!other || name === "the array md") return [];
    return [{ at: command, message: `${name} is made on line ${other.line} already: write another name` }];
  });
}

function usedTwice(kickstart: CheckedKickstart): Hit[] {
  const uses = kickstart
    .accepted("volgroup", "raid")
    .flatMap((command) =>
      [...list(command, "physvols"), ...list(command, "members")].map((member) => ({ command, member })),
    );
  return uses.flatMap(({ command, member }, index) => {
    const other = uses.slice(0, index).find((one) => one.member === member && one.command !== command);
    if (!other) return [];
    return [
      {
        at: command,
        message: `${member} is in ${other.command.name} (line ${other.command.line}) already: write another`,
      },
    ];
  });
}

function unused(kickstart: CheckedKickstart): Hit[] {
  if (kickstart.isPartial) return [];
  const users = kickstart.all("volgroup", "raid", "btrfs");
  const used = new Set(users.flatMap(({ args }) => args));
  return volumes(kickstart)
    .filter((volume) => isMember(volume) && !used.has(volume.mountpoint))
    .map(({ command, mountpoint }) => ({
      at: command,
      severity: "warning" as const,
      message: `${mountpoint} is made, but nothing uses it: write a volgroup or raid with it, or take the line out`,
    }));
}

function groups(kickstart: CheckedKickstart): Hit[] {
  return kickstart.accepted("volgroup").flatMap((group): Hit[] => {
    const [name, extentKiB] = [text(group, "vgname"), number(group, "pesize")];
    if (extentKiB !== 0 && (extentKiB < 1 || !Number.isInteger(Math.log2(extentKiB)))) {
      return [
        {
          at: group,
          message: `volgroup --pesize is ${extentKiB} KiB, which LVM does not have: write a power of two such as 4096`,
        },
      ];
    }
    const extentMiB = (extentKiB || 4096) / 1024;
    const inGroup = kickstart.accepted("logvol").filter((volume) => text(volume, "vgname") === name);
    const small = inGroup.filter((volume) => {
      const size = number(volume, "size");
      return size > 0 && size < extentMiB && !flag(volume, "grow") && !flag(volume, "thin_volume");
    });
    const hits: Hit[] = small.map((at) => ({
      at,
      message: `${text(at, "name")} has ${number(at, "size")} MiB, less than an extent of ${name}, ${extentMiB} MiB: write a larger --size`,
    }));
    const percent = inGroup.reduce((sum, volume) => sum + number(volume, "percent"), 0);
    if (percent > 100)
      hits.push({ at: group, message: `the logical volumes of ${name} take ${percent} %: write at most 100 in all` });
    return hits;
  });
}

function thin(kickstart: CheckedKickstart): Hit[] {
  const logical = kickstart.accepted("logvol");
  return logical.flatMap((volume, index) => {
    const pool = text(volume, "pool_name");
    const makes = (one: ParsedCommand) => flag(one, "thin_pool") && text(one, "name") === pool;
    if (!flag(volume, "thin_volume") || kickstart.isPartial || logical.slice(0, index).some(makes)) return [];
    const later = logical.find(makes);
    const message = later
      ? `the thin pool ${pool} is made on line ${later.line}, after its volume: move that line up`
      : `no line makes the thin pool ${pool}: write \`logvol none --thinpool --vgname=${text(volume, "vgname")} --name=${pool}\` before it`;
    return [{ at: volume, message }];
  });
}
