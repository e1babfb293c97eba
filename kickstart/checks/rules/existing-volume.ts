import { flag, list, text } from "../kickstart";
import type { Hit, Rule } from "../rule";

/** Options that use what is on a disk already; the build's disk is empty. */
const USES = /^--(onpart|usepart|useexisting|noformat|resize)(=|$)/;
/** What a %pre script makes partitions with. */
const MAKES = /\b(parted|s?gdisk|s?fdisk|mkfs|lvcreate|vgcreate|pvcreate|mdadm)\b/;

export const existingVolume: Rule = {
  code: "KS118",
  severity: "error",
  title: "disk, partition or volume that is not there to be used",
  why: "The build's machine has one disk, and it is empty: the installer stops at a line that uses or clears a partition or volume of it, and without a disk if it is told to ignore the only one. (Anaconda, modules/storage)",
  remedy: "Write `clearpart --all --initlabel`, and part, volgroup and logvol lines that make what they need.",
  check(kickstart, image) {
    if (!image.diskInterface || kickstart.scripts.some(({ name, body }) => name === "%pre" && MAKES.test(body)))
      return [];
    const used = kickstart
      .accepted("part", "partition", "raid", "volgroup", "logvol", "btrfs", "mount")
      .flatMap((command): Hit[] => {
        const option = command.args.map((arg) => USES.exec(arg)?.[1]).find((found) => found !== undefined);
        if (command.name === "mount" && text(command, "device") !== "none") {
          return [
            { at: command, message: `mount uses ${text(command, "device")}, but the disk is empty: write part lines` },
          ];
        }
        if (option === undefined) return [];
        return [
          {
            at: command,
            message: `${command.name} --${option} uses what is on the disk, but it is empty: take the option out`,
          },
        ];
      });
    const cleared = kickstart
      .accepted("clearpart")
      .filter((command) => list(command, "devices").length > 0)
      .map((at) => ({
        at,
        message: `clearpart --list names ${list(at, "devices")[0]}, but the disk is empty: write --all`,
      }));
    const ignored = kickstart
      .accepted("ignoredisk")
      .filter((command) => !flag(command, "interactive") && list(command, "ignoredisk").some((name) => isOnly(name)))
      .map((at) => ({
        at,
        message: `ignoredisk --drives ignores ${list(at, "ignoredisk").join(",")}, the only disk: write --only-use`,
      }));
    return [...used, ...cleared, ...ignored];

    function isOnly(name: string): boolean {
      const first = { virtio: "vda", nvme: "nvme0n1" } as const;
      const disk =
        image.diskInterface === "virtio" || image.diskInterface === "nvme" ? first[image.diskInterface] : "sda";
      return name.replace("/dev/", "") === disk || name === "*";
    }
  },
};
