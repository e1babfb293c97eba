import { onBootLine } from "../context";
import type { Rule } from "../rule";

export const displayMode: Rule = {
  code: "KS302",
  severity: "warning",
  title: "no text mode",
  why: "Without `text` or `cmdline` the installer starts its graphical mode: it needs more memory, and says nothing on the serial console when it stops and waits. Only a remark where the boot line is not known, which can say inst.text.",
  remedy: "Write `text`; or `cmdline`, which fails instead of asking.",
  check(kickstart, image) {
    if (kickstart.isPartial || kickstart.has("text", "cmdline", "graphical", "vnc")) return [];
    if (onBootLine(image, "text") || onBootLine(image, "cmdline")) return [];
    return [
      {
        severity: image.bootLine === undefined ? "info" : "warning",
        message:
          "neither text nor cmdline: the graphical installer starts and waits unseen when it has a question; write `text`",
      },
    ];
  },
};
