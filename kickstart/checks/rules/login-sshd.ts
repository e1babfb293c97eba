import { list, type CheckedKickstart } from "../kickstart";
import { buildLogin, userLine, type BuildLogin } from "../login";
import type { Hit, Rule } from "../rule";

const SERVICE = /^sshd?(\.service)?$/;

export const loginSshd: Rule = {
  code: "KS404",
  severity: "error",
  title: "no SSH server to log in to",
  why: "The build logs in by SSH after the installation. The group core brings openssh-server and starts it, unless the kickstart says otherwise.",
  remedy: "Write `services --enabled=sshd`, and openssh-server in %packages if the group core is left out.",
  check(kickstart, image) {
    const login = buildLogin(kickstart, image);
    if (!login) return [];
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
    return [...hits, ...refusals(kickstart, login)];
  },
};

/** Lines of %post that tell sshd to keep the build's user, or its way to log in, out. */
function refusals(kickstart: CheckedKickstart, { kind, username }: BuildLogin): Hit[] {
  const user = userLine(kickstart, username);
  const names = [username, ...(user ? list(user, "groups") : [])];
  const way = kind === "password" ? "PasswordAuthentication" : "PubkeyAuthentication";
  return kickstart.scripts
    .filter(({ name }) => name === "%post")
    .flatMap(({ file, line, body }) => body.split("\n").map((text, index) => ({ text, file, line: line + 1 + index })))
    .filter(({ text }) => !/^\s*#/.test(text) && !text.includes("$"))
    .flatMap(({ text, ...at }): Hit[] => {
      const allowed = /\bAllow(?:Users|Groups)\s+([\w@.*?% -]+)/.exec(text)?.[1]?.trim();
      if (allowed !== undefined && !allowed.split(/\s+/).some((name) => names.includes(name) || /[*?]/.test(name))) {
        const message = `sshd lets ${allowed} in alone, but the build logs in as ${username}: add ${username}`;
        return [{ at, message }];
      }
      const last = [...text.matchAll(new RegExp(`\\b${way}\\s+(yes|no)\\b`, "g"))].at(-1)?.[1];
      return last === "no" ? [{ at, message: `${way} no keeps the build out: do it when the build is over` }] : [];
    });
}
