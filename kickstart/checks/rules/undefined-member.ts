import { list, text, type CheckedKickstart } from "../kickstart";
import type { Hit, Rule } from "../rule";

export const undefinedMember: Rule = {
  code: "KS108",
  severity: "error",
  title: "volume group, RAID member or physical volume that is nowhere made",
  why: "The installer stops at `volgroup`, `raid` and `logvol` lines that use what no other line makes. (Anaconda, custom partitioning)",
  remedy: "Write the `part`, `raid` or `volgroup` line for it, or mend the name.",
  check(kickstart) {
    if (kickstart.isPartial) return [];
    return [...members(kickstart), ...groups(kickstart)];
  },
};

function members(kickstart: CheckedKickstart): Hit[] {
  const makers = kickstart.all("part", "partition", "raid", "logvol", "btrfs");
  const made = new Set(makers.flatMap((command) => [text(command, "mountpoint"), ...command.args.slice(0, 1)]));
  return kickstart.accepted("volgroup", "raid", "btrfs").flatMap((command) =>
    [...list(command, "physvols"), ...list(command, "members"), ...list(command, "devices")]
      .filter((name) => /^(pv|raid|btrfs)\./.test(name) && !made.has(name))
      .map((name) => ({
        at: command,
        message: `${command.name} uses ${name}, which no line makes: write \`part ${name} --size=...\` or mend the name`,
      })),
  );
}

function groups(kickstart: CheckedKickstart): Hit[] {
  const made = new Set(
    kickstart.all("volgroup").flatMap((command) => [text(command, "vgname"), ...command.args.slice(0, 1)]),
  );
  return kickstart
    .accepted("logvol")
    .filter((command) => command.values["preexist"] !== true && !made.has(text(command, "vgname")))
    .map((command) => {
      const name = text(command, "vgname");
      return {
        at: command,
        message: `logvol uses the volume group ${name}, which no line makes: write \`volgroup ${name} pv.01\``,
      };
    });
}
