import { ENDINGS, wantedEnd } from "../context";
import type { Rule } from "../rule";

export const endMissing: Rule = {
  code: "KS305",
  severity: "error",
  title: "nothing ends the installation",
  why: 'Without reboot, poweroff or shutdown the installer waits for a key when it has finished. (RHEL 9, Kickstart commands, "halt": the default)',
  remedy: "Write `reboot`, or `poweroff` for a build that does not log in.",
  check(kickstart, image) {
    if (kickstart.isPartial || kickstart.has(...ENDINGS, "rescue")) return [];
    const end = wantedEnd(image) ?? "reboot";
    return [{ message: `neither reboot nor poweroff: the installer waits for a key at its end; write \`${end}\`` }];
  },
};
