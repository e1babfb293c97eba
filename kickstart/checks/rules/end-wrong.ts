import { ENDINGS, wantedEnd } from "../context";
import type { Rule } from "../rule";

export const endWrong: Rule = {
  code: "KS306",
  severity: "error",
  title: "an end that does not fit the build",
  why: "A build that logs in needs the machine to start again; one that does not has to see it power off. `halt` stops the machine without powering it off.",
  remedy: "Write `reboot` with a login, and `poweroff` with none.",
  check(kickstart, image) {
    const last = kickstart.accepted(...ENDINGS).at(-1);
    if (!last) return [];
    const wanted = wantedEnd(image);
    const got = last.name === "shutdown" ? "poweroff" : last.name;
    if (got === "halt") {
      return [{ at: last, message: `halt leaves the machine running and waiting: write \`${wanted ?? "reboot"}\`` }];
    }
    if (!wanted || got === wanted) return [];
    const why =
      wanted === "reboot"
        ? "the build logs in after the installation"
        : "the build has no login and waits for power-off";
    return [{ at: last, message: `${last.name}, but ${why}: write \`${wanted}\`` }];
  },
};
