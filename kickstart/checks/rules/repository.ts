import { text } from "../kickstart";
import type { Hit, Rule } from "../rule";

/** Repositories that installers bring, or find on their medium, under names that need no URL. */
const KNOWN = /^(fedora|updates|rawhide)([-_].*)?$|^(baseos|appstream|crb|powertools|highavailability|minimal)$/i;

export const repository: Rule = {
  code: "KS707",
  severity: "error",
  title: "repository without a URL, or with a name that cannot be one",
  why: "`repo` without a URL switches on one of that name that the installer has already, and stops if there is none; dnf refuses other characters than letters, digits and `-_.:` in a name. (Anaconda, payload/dnf/payload.py)",
  remedy: "Write `--baseurl=`, `--mirrorlist=` or `--metalink=`.",
  check(kickstart) {
    const lines = kickstart.accepted("repo");
    return lines.flatMap((command, index): Hit[] => {
      const name = text(command, "name");
      if (/[$@{<]/.test(name)) return [];
      if (!/^[\w.:-]+$/.test(name)) {
        return [{ at: command, message: `repo --name "${name}" cannot be one: write letters, digits, - and _` }];
      }
      const other = lines.slice(0, index).find((one) => text(one, "name") === name);
      if (other) {
        return [
          {
            at: command,
            severity: "warning",
            message: `repo --name ${name} is on line ${other.line} already: write another name`,
          },
        ];
      }
      if (["baseurl", "mirrorlist", "metalink"].some((attribute) => text(command, attribute) !== "")) return [];
      if (command.args.some((arg) => arg.startsWith("--hdd"))) return [];
      const known = KNOWN.test(name);
      return [
        {
          at: command,
          severity: known ? "warning" : "error",
          message: `repo ${name} has no URL${known ? ", so the installer has to know it" : ""}: write --baseurl, --mirrorlist or --metalink`,
        },
      ];
    });
  },
};
