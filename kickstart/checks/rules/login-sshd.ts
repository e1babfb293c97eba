import { list } from "../kickstart";
import { buildLogin } from "../login";
import type { Hit, Rule } from "../rule";

const SERVICE = /^sshd?(\.service)?$/;

export const loginSshd: Rule = {
  code: "KS404",
  severity: "error",
  title: "no SSH server to log in to",
  why: "The build logs in by SSH after the installation. The group core brings openssh-server and starts it, unless the kickstart says otherwise.",
  remedy: "Write `services --enabled=sshd`, and openssh-server in %packages if the group core is left out.",
  check(kickstart, image) {
    if (!buildLogin(kickstart, image)) return [];
    const { nocore, packageList = [], excludedList = [] } = kickstart.parsed.packages;
    const at = kickstart.parsed.sections.find(({ name }) => name === "%packages");
    const hits: Hit[] = kickstart
      .accepted("services")
      .filter((command) => list(command, "disabled").some((service) => SERVICE.test(service)))
      .map((command) => ({
        at: command,
        message: "services disables sshd, by which the build logs in: take it out of --disabled",
      }));
    if (at && excludedList.includes("openssh-server")) {
      hits.push({ at, message: "openssh-server is excluded, but the build logs in by SSH: take -openssh-server out" });
    } else if (at && nocore && !packageList.includes("openssh-server")) {
      hits.push({
        at,
        message: "%packages --nocore brings no SSH server, but the build logs in by SSH: add openssh-server",
      });
    }
    const disabling = kickstart.scripts.find(
      ({ name, body }) => name === "%post" && /systemctl\s+(--now\s+)?(disable|mask)\b.*\bsshd?\b/.test(body),
    );
    if (disabling)
      hits.push({
        at: disabling,
        message: "this %post disables sshd, by which the build logs in: do it when the build is over",
      });
    return hits;
  },
};
