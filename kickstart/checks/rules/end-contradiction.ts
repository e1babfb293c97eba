import { ENDINGS } from "../context";
import type { Rule } from "../rule";

export const endContradiction: Rule = {
  code: "KS307",
  severity: "warning",
  title: "several ends of the installation",
  why: "pykickstart takes reboot, poweroff, shutdown and halt together and silently keeps the last one.",
  remedy: "Keep one.",
  check(kickstart) {
    const found = kickstart.accepted(...ENDINGS);
    const last = found.at(-1);
    if (!last || new Set(found.map(({ name }) => name)).size < 2) return [];
    const names = found.map(({ name, line }) => `${name} (line ${line})`).join(", ");
    return [{ at: last, message: `${names}: only the last counts; keep one` }];
  },
};
