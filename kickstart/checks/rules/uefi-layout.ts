import { text } from "../kickstart";
import { hasOwnLayout, isBootLoaderWanted } from "../layout";
import type { Rule } from "../rule";

export const uefiLayout: Rule = {
  code: "KS103",
  severity: "error",
  title: "no EFI system partition for UEFI",
  why: "UEFI firmware loads the boot loader from an EFI system partition; the installer refuses a layout without one mounted at /boot/efi. (UEFI specification, chapter 13)",
  remedy: "Add `part /boot/efi --fstype=efi --size=200`, `reqpart`, or use `autopart`.",
  check(kickstart, { firmware }) {
    if (firmware !== "uefi" || !hasOwnLayout(kickstart) || !isBootLoaderWanted(kickstart)) return [];
    if (kickstart.has("reqpart")) return [];
    const parts = kickstart.all("part", "partition", "raid", "mount");
    const hasEsp = parts.some(
      (part) => !part.accepted || [text(part, "mountpoint"), text(part, "mount_point")].includes("/boot/efi"),
    );
    if (hasEsp) return [];
    return [
      {
        at: parts[0] ?? kickstart.start,
        message: "no EFI system partition, but the firmware is uefi: add `part /boot/efi --fstype=efi --size=200`",
      },
    ];
  },
};
