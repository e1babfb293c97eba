import { buildLogin, type BuildLogin } from "../login";
import { isInstalled, scriptLines } from "../scripts";
import type { Hit, Rule } from "../rule";

/** What takes away something that the build logs in by; the first group of a pattern is what is named. */
const PATTERNS: readonly (readonly [matches: RegExp, what: string])[] = [
  [
    /\b(?:dnf|yum|microdnf)\s.*\b(?:remove|erase|autoremove)\b.*\s(openssh-server|sudo|NetworkManager|systemd)(?=\s|$)/,
    "is removed, but the build needs it: take it out",
  ],
  [
    /\brpm\s+(?:-\w+\s+)*(?:-\w*e|--erase)\b.*\s(openssh-server|sudo|NetworkManager)(?=\s|$)/,
    "is removed, but the build needs it: take it out",
  ],
  [
    /\bsystemctl\s.*\b(?:disable|mask)\b.*\s((?:NetworkManager|dbus|dbus-broker)(?:\.service)?)(?=\s|$)/,
    "is switched off, but the build needs it: take it out",
  ],
  [
    /\bfirewall(?:-offline)?-cmd\s.*--remove-service[= ]["']?(ssh)\b/,
    "is shut out by the firewall, but the build logs in by it: take it out",
  ],
  [
    /\bsystemctl\s+(?:-\S+\s+)*set-default\s+((?:rescue|emergency|poweroff|reboot|halt|shutdown)(?:\.target)?)\b/,
    "is what the image then starts into, where nobody can log in: write multi-user.target",
  ],
  [
    /^\s*echo\s+["']?(Port\s+(?!22\b)\d+)/,
    "of sshd is not 22, where the build logs in: change it when the build is over",
  ],
];
/** A mode by which others than root may write: sudo then passes the file over (sudoers(5)). */
const WRITABLE =
  /\bchmod\s+(?:-\w+\s+)*((?:0?[0-7][2367][0-7]|0?[0-7][0-7][2367])|[ugoa]*[oga]\+\w*w\w*)\s+\S*\/etc\/sudoers/;

export const scriptLogin: Rule = {
  code: "KS408",
  severity: "error",
  title: "script that shuts the build out",
  why: "After the installation the build logs in by SSH and works through sudo. A script that removes the packages, services, rules or the user that it needs for that leaves it waiting until its time is over.",
  remedy: "Do it at the end of the build, in a provisioner, or leave it to the sealing.",
  check(kickstart, image) {
    const login = buildLogin(kickstart, image);
    if (!login) return [];
    return scriptLines(kickstart)
      .filter(({ script }) => isInstalled(script))
      .flatMap(({ content, file, line }): Hit[] => {
        const message = whatIsWrong(content, login);
        return message === undefined ? [] : [{ at: { file, line }, message }];
      });
  },
};

function whatIsWrong(content: string, login: BuildLogin): string | undefined {
  for (const [matches, what] of PATTERNS) {
    const named = matches.exec(content)?.[1];
    if (named !== undefined) return `${named} ${what}`;
  }
  if (!login.isAdded) {
    const rules = /\brm\s+(?:-\S+\s+)*(\/etc\/sudoers(?:\.d)?)\/?\*?(?=\s|$)/.exec(content)?.[1];
    if (rules !== undefined) return `${rules} is removed, but the build works by a rule in it: take it out`;
    const expired =
      /\b(?:chage\s+(?:-\S+\s+)*?-[dE]\s*0|passwd\s+(?:-\S+\s+)*?(?:-\w*e|--expire)|usermod\s+.*(?:-e|--expiredate)[\s=]+[01])\s+(\S+)/.exec(
        content,
      )?.[1];
    if (expired === login.username)
      return `the build logs in as ${expired}, whose password this lets run out: take it out`;
  }
  const removed = /\buserdel\s+(?:-\S+\s+)*(\S+)/.exec(content)?.[1];
  if (removed === login.username && !login.isAdded)
    return `the build logs in as ${removed}, whom this removes: take it out`;
  const mode = WRITABLE.exec(content)?.[1];
  return mode === undefined ? undefined : `sudo passes over a file that others may write (${mode}): write chmod 0440`;
}
