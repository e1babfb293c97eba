import { onBootLine } from "../context";
import { SOURCE_COMMANDS } from "../install-source";
import type { Rule } from "../rule";

export const sourceMissing: Rule = {
  code: "KS303",
  severity: "warning",
  title: "no installation source",
  why: 'Without one the installer takes the packages on the medium; a boot medium has none, and it then asks, or takes a mirror of its own choice. Only a remark if the boot line is not known, which can say inst.repo. (RHEL 9, Kickstart commands, "Kickstart commands for installation program configuration")',
  remedy: "Write `cdrom` for a full medium, or `url --url=...`.",
  check(kickstart, image) {
    if (kickstart.isPartial || kickstart.has(...SOURCE_COMMANDS, "method", "rescue", "rhsm")) return [];
    if (onBootLine(image, "repo")) return [];
    const severity = image.bootLine === undefined ? "info" : "warning";
    return [{ severity, message: "no installation source: write `cdrom` for a full medium, or `url --url=...`" }];
  },
};
