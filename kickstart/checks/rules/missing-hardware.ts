import { text } from "../kickstart";
import type { Hit, Rule } from "../rule";

/** Commands for hardware or services that the machine or the release does not have. */
const LACKING: Readonly<Record<string, readonly [what: string, severity: "error" | "warning"]>> = {
  hmc: ["an IBM mainframe's console", "error"],
  zfcp: ["an IBM mainframe's storage", "error"],
  zipl: ["an IBM mainframe's boot loader", "warning"],
  fcoe: ["Fibre Channel over Ethernet", "error"],
  nvdimm: ["persistent memory", "error"],
  harddrive: ["a source on another disk", "error"],
  driverdisk: ["a driver disk", "error"],
};

export const missingHardware: Rule = {
  code: "KS321",
  severity: "error",
  title: "command for what the machine or the release does not have",
  why: "The build's machine is a plain PC with one disk: the installer stops at storage or a source that is not there. Red Hat's subscriptions are for its own release; others pass the line over. (Anaconda, modules/storage, modules/subscription)",
  remedy: "Take the line out.",
  check(kickstart, { diskInterface, release }) {
    const hardware = kickstart.accepted(...Object.keys(LACKING)).flatMap((command): Hit[] => {
      const [what, severity] = LACKING[command.name]!;
      if (!diskInterface || /:\/\//.test(text(command, "source"))) return [];
      return [
        {
          at: command,
          message: `${command.name} is for ${what}, which the machine does not have: take it out`,
          severity,
        },
      ];
    });
    const isRhel = release.id.startsWith("rhel") || release.id === "demo";
    const subscription = kickstart
      .accepted("rhsm", "syspurpose")
      .filter(() => !isRhel)
      .map((at) => ({
        at,
        severity: "warning" as const,
        message: `${at.name} is Red Hat's, and ${release.title} passes it over: take it out`,
      }));
    return [...hardware, ...subscription];
  },
};
