import { text } from "../kickstart";
import { hasOwnLayout, isBootLoaderWanted, isGpt } from "../layout";
import type { Rule } from "../rule";

export const biosLayout: Rule = {
  code: "KS104",
  severity: "error",
  title: "no BIOS boot partition on a GPT disk",
  why: 'GRUB has no room for its core image on a GPT disk under BIOS firmware but in a BIOS boot partition of 1 MiB; the installer refuses a layout without. Disks get GPT by `clearpart --disklabel=gpt`, and by default since Fedora 37 and Enterprise Linux 10. (GRUB manual, "BIOS installation")',
  remedy: "Add `part biosboot --fstype=biosboot --size=1`, or `reqpart`, or use `autopart`.",
  check(kickstart, image) {
    if (image.firmware !== "bios" || !hasOwnLayout(kickstart) || !isBootLoaderWanted(kickstart)) return [];
    if (!isGpt(kickstart, image) || kickstart.has("reqpart")) return [];
    const parts = kickstart.all("part", "partition");
    const hasBiosBoot = parts.some(
      (part) => !part.accepted || text(part, "mountpoint") === "biosboot" || text(part, "fstype") === "biosboot",
    );
    if (hasBiosBoot) return [];
    return [
      {
        at: parts[0] ?? kickstart.start,
        message:
          "no BIOS boot partition, but the disk will have GPT and the firmware is bios: add `part biosboot --fstype=biosboot --size=1`",
      },
    ];
  },
};
