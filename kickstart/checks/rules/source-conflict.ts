import { SOURCE_COMMANDS } from "../install-source";
import type { Rule } from "../rule";

export const sourceConflict: Rule = {
  code: "KS701",
  severity: "error",
  title: "several installation sources",
  why: "One kickstart has one source; pykickstart takes several, and which one the installer uses depends on their order. Further repositories are `repo` lines.",
  remedy:
    "Keep one of cdrom, url, nfs, harddrive, hmc, liveimg, ostreesetup, ostreecontainer and bootc; write others as `repo --name=... --baseurl=...`.",
  check(kickstart) {
    const found = kickstart.accepted(...SOURCE_COMMANDS);
    const last = found.at(-1);
    if (!last || found.length < 2) return [];
    const same = new Set(found.map(({ name, args }) => [name, ...args].join(" "))).size === 1;
    const names = found.map(({ name, line }) => `${name} (line ${line})`).join(", ");
    return [
      { at: last, message: `several installation sources: ${names}; keep one`, severity: same ? "warning" : "error" },
    ];
  },
};
