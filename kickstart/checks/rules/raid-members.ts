import { list, number, text } from "../kickstart";
import type { Hit, Rule } from "../rule";

/** The fewest members of each level (blivet, devicelibs/raid.py). */
const FEWEST: Readonly<Record<string, number>> = { RAID0: 2, RAID1: 2, RAID4: 3, RAID5: 3, RAID6: 4, RAID10: 4 };

export const raidMembers: Rule = {
  code: "KS113",
  severity: "error",
  title: "RAID with too few members",
  why: "Each level needs a number of members beside its spares; the installer or mdadm stops at fewer. pykickstart does not count them. (blivet, devicelibs/raid.py)",
  remedy: "Write more members, fewer spares, or another level.",
  check(kickstart) {
    return kickstart
      .accepted("raid")
      .filter((command) => command.values["preexist"] !== true && list(command, "members").length > 0)
      .flatMap((command): Hit[] => {
        const members = list(command, "members");
        const twice = members.find((member, index) => members.indexOf(member) < index);
        if (twice) return [{ at: command, message: `raid has the member ${twice} twice: write each once` }];
        const [level, spares] = [text(command, "level"), number(command, "spares")];
        if (spares < 0) return [{ at: command, message: `raid --spares is ${spares}: write a number from 0` }];
        const [fewest, got] = [FEWEST[level] ?? 1, members.length - spares];
        if (got >= fewest) return [];
        const beside = spares > 0 ? ` beside ${spares} spares` : "";
        return [{ at: command, message: `${level} needs ${fewest} members, but has ${got}${beside}: write more` }];
      });
  },
};
