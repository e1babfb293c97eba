import type { CheckedKickstart } from "../kickstart";
import { versionOf } from "../layout";
import { isMinimal, wantsPackage } from "../packages";
import type { ParsedSection } from "../parsed";
import type { Hit, Rule } from "../rule";
import { headerValue, isInstalled } from "../scripts";

/** In every installer and every installed system. */
const SHELLS = ["sh", "bash"];
/** Programs that run scripts, and the package that brings each if the smallest set does not. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  perl: ["perl", "perl-interpreter"],
  ruby: ["ruby"],
  python: ["python", "python2", "python-unversioned-command", "python36"],
  python2: ["python2"],
  python3: ["python3", "python36", "python38", "python39", "python3.11", "python3.12"],
  zsh: ["zsh"],
  ksh: ["ksh", "mksh"],
  tcsh: ["tcsh"],
  csh: ["tcsh"],
  fish: ["fish"],
  node: ["nodejs"],
  php: ["php-cli"],
  lua: ["lua"],
  tclsh: ["tcl"],
};
const FOLDERS = ["/bin", "/usr/bin", "/sbin", "/usr/sbin", "/usr/libexec", "/usr/local/bin", "/opt"];

export const interpreter: Rule = {
  code: "KS315",
  severity: "error",
  title: "interpreter that is not there",
  why: "The installer starts the program after `--interpreter` as it is: one that is not there stops the installation. %pre runs in the installer, which has bash and Python; %post runs in the installed system, which has what %packages brings. (Anaconda, core/kickstart/scripts.py)",
  remedy: "Write a path such as /usr/bin/bash, and the package of the interpreter in %packages.",
  check(kickstart, { release }) {
    return kickstart.scripts.flatMap((script): Hit[] => {
      const path = headerValue(script, "--interpreter");
      if (path === undefined || /[$@{<]/.test(path)) return [];
      const name = path.split("/").at(-1) ?? "";
      const isKnown = SHELLS.includes(name) || name in PACKAGES || /^(python[\d.]+|platform-python)$/.test(name);
      const folder = path.slice(0, path.lastIndexOf("/"));
      if (!path.startsWith("/")) {
        const message = `--interpreter=${path} is no path: write ${isKnown ? `/usr/bin/${name}` : "one such as /usr/bin/bash"}`;
        return [
          {
            at: script,
            message,
            severity: isKnown && isThere(kickstart, script, name, versionOf(release.dialect)) ? "warning" : "error",
          },
        ];
      }
      if (!isKnown && ["/bin", "/usr/bin"].includes(folder) && !wantsPackage(kickstart, name)) {
        return [
          {
            at: script,
            message: `there is hardly an interpreter ${path}: write one such as /usr/bin/bash`,
            severity: isMinimal(kickstart) ? "error" : "warning",
          },
        ];
      }
      if (/^\/(usr\/local|opt)\//.test(path) && isMinimal(kickstart) && !kickstart.postHas(new RegExp(`${folder}/`))) {
        const message = `nothing puts ${path} there: write /usr/bin/${name}, or one such as /usr/bin/bash`;
        return [{ at: script, message }];
      }
      if (!FOLDERS.some((known) => folder === known || folder.startsWith(`${known}/`))) {
        return [
          {
            at: script,
            message: `--interpreter=${path} is in no folder of programs: write one such as /usr/bin/bash`,
            severity: "warning",
          },
        ];
      }
      if (isThere(kickstart, script, name, versionOf(release.dialect))) return [];
      const where = isInstalled(script) ? "the installed system" : "the installer";
      return [
        {
          at: script,
          message: `${where} of ${release.title} has no ${path}: write /bin/bash${isInstalled(script) ? `, or add the package ${PACKAGES[name]?.[0] ?? name}` : ""}`,
        },
      ];
    });
  },
};

function isThere(kickstart: CheckedKickstart, script: ParsedSection, name: string, version: number): boolean {
  if (SHELLS.includes(name) || name === "platform-python" || !(name in PACKAGES)) return true;
  if (name === "python") return version === 7 || (isInstalled(script) && brings(kickstart, name));
  if (!isInstalled(script)) return name === "python3" && version >= 8;
  if (name === "python3" && version >= 9) return true;
  return brings(kickstart, name);
}

/** Whether %packages brings it, as far as can be seen. */
function brings(kickstart: CheckedKickstart, name: string): boolean {
  return !isMinimal(kickstart) || (PACKAGES[name] ?? []).some((one) => wantsPackage(kickstart, one));
}
