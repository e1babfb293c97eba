import { flag, list } from "../kickstart";
import { buildLogin } from "../login";
import type { Rule } from "../rule";

export const loginFirewall: Rule = {
  code: "KS405",
  severity: "error",
  title: "the firewall shuts the build out",
  why: '`firewall --enabled` lets SSH in unless `--remove-service=ssh` takes it out. (RHEL 9, Kickstart commands, "firewall")',
  remedy: "Take `--remove-service=ssh` out, or write `--service=ssh`.",
  check(kickstart, image) {
    if (!buildLogin(kickstart, image)) return [];
    return kickstart
      .accepted("firewall")
      .filter((command) => flag(command, "enabled") && list(command, "remove_services").includes("ssh"))
      .map((command) => ({
        at: command,
        message: "the firewall keeps SSH out, by which the build logs in: take --remove-service=ssh out",
      }));
  },
};
