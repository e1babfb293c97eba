import { GONE_SERVICES, SERVICES } from "../facts/services";
import { SOURCE_COPIES } from "../install-source";
import { list } from "../kickstart";
import { versionOf } from "../layout";
import { isMinimal, wantsPackage } from "../packages";
import type { Hit, Rule } from "../rule";
import { nearest } from "../spelling";

/** Services of the group guest-agents. */
const GUEST_AGENTS = ["qemu-guest-agent", "vmtoolsd", "hypervvssd"];

export const serviceName: Rule = {
  code: "KS313",
  severity: "error",
  title: "service that is not there to be enabled",
  why: "The installer stops if systemctl cannot enable a service: one that is misspelt, or whose package is not installed. One that is to be disabled may be missing. (Anaconda, modules/services)",
  remedy: "Write the name of its unit, and its package in %packages; a service of %post's own is enabled there.",
  check(kickstart, { release }) {
    const minimal = isMinimal(kickstart);
    return kickstart.accepted("services").flatMap((command): Hit[] => {
      const names = [...list(command, "enabled"), ...list(command, "disabled")];
      const odd = names.find((name) => !/[$@{<]\{|\$/.test(name) && !/^[\w:.@\\-]+$/.test(name));
      if (odd !== undefined) {
        return [
          { at: command, message: `services names "${odd}", which no unit is called: write names separated by commas` },
        ];
      }
      return list(command, "enabled").flatMap((name): Hit[] => {
        const service = name.replace(/\.service$/, "");
        const gone = GONE_SERVICES[service];
        if (gone && release.dialect.startsWith("rhel") && versionOf(release.dialect) >= gone[0]) {
          return [{ at: command, message: `${release.title} has no service ${service}: enable ${gone[1]}` }];
        }
        const packages = SERVICES[service];
        if (packages === undefined) {
          const meant = nearest(service, Object.keys(SERVICES)) ?? caseOf(service);
          if (meant === undefined || wantsPackage(kickstart, service) || kickstart.has(...SOURCE_COPIES)) return [];
          return [{ at: command, message: `services enables ${name}: did you mean ${meant}?` }];
        }
        if (
          !minimal ||
          packages.length === 0 ||
          packages.some((one) => wantsPackage(kickstart, one)) ||
          (GUEST_AGENTS.includes(service) && kickstart.parsed.packages.groups.includes("guest-agents"))
        )
          return [];
        return [
          {
            at: command,
            message: `services enables ${name}, but no package brings it: add ${packages[0]} to %packages`,
          },
        ];
      });
    });
  },
};

function caseOf(name: string): string | undefined {
  return Object.keys(SERVICES).find((known) => known.toLowerCase() === name.toLowerCase());
}
