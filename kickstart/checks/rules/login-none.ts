import { onBootLine } from "../context";
import type { Rule } from "../rule";

export const loginNone: Rule = {
  code: "KS409",
  severity: "warning",
  title: "the installer's copies of the kickstart stay in the image",
  why: 'When all scripts have run, the installer saves the kickstart in /root and its logs in /var/log/anaconda. Without a login, nobody removes them. (Anaconda, boot options, "inst.nosave")',
  remedy: "Add `inst.nosave=all` to the boot command; the default one has it.",
  check(_kickstart, image) {
    if (image.login?.kind !== "none" || image.bootLine === undefined || onBootLine(image, "nosave")) return [];
    const message =
      "the boot command lets the installer save copies of this kickstart, and nobody logs in to remove them: add inst.nosave=all";
    return [{ message }];
  },
};
