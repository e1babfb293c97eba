import { flag, text } from "../kickstart";
import type { Rule } from "../rule";

export const partitioningMissing: Rule = {
  code: "KS102",
  severity: "error",
  title: "no partitioning, or none for /",
  why: "Without autopart, part or mount the installer asks where to install; without a file system for / it refuses the layout. (Anaconda, storage checker)",
  remedy: "Write `autopart`, or a `part`, `logvol`, `raid` or `mount` for /.",
  check(kickstart) {
    if (kickstart.isPartial || kickstart.has("autopart", "ostreesetup", "bootc", "rescue")) return [];
    const layout = kickstart.all("part", "partition", "logvol", "raid", "btrfs", "mount", "stratisfs");
    if (layout.length === 0) {
      return [{ message: "no partitioning: the installer will ask; write `autopart --type=plain` or `part` lines" }];
    }
    const hasRoot = layout.some(
      (command) => !command.accepted || ["mountpoint", "mount_point"].some((name) => text(command, name) === "/"),
    );
    // A btrfs volume and its subvolumes keep their mount point in another attribute.
    const inSubvolume = layout.some((command) => command.name === "btrfs" && command.args.includes("/"));
    if (hasRoot || inSubvolume || layout.some((command) => flag(command, "preexist"))) return [];
    return [{ at: layout[0]!, message: "no file system for /: add `part / --size=1024 --grow`" }];
  },
};
