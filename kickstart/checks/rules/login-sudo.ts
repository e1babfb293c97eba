import { list, type CheckedKickstart } from "../kickstart";
import { buildLogin, userLine } from "../login";
import type { Hit, Rule } from "../rule";

export const loginSudo: Rule = {
  code: "KS403",
  severity: "error",
  title: "the build's user may not use sudo without a password",
  why: "Provisioning and the removal of the build's user at the end run through sudo, with nobody to type a password; the group wheel asks for one.",
  remedy:
    "The package sudo; if the kickstart makes the user, in %post: `echo 'NAME ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/NAME; chmod 0440 /etc/sudoers.d/NAME`.",
  check(kickstart, image) {
    const login = buildLogin(kickstart, image);
    if (!login || login.username === "root") return [];
    const { username } = login;
    const noSudo = withoutSudo(kickstart);
    if (noSudo !== undefined) return [noSudo];
    if (login.isAdded) return [];
    const user = userLine(kickstart, username);
    const groups = user ? list(user, "groups") : [];
    if (maySudo(kickstart, username, groups)) return [];
    const inWheel = groups.includes("wheel");
    const line = `echo '${username} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/${username}`;
    return [
      {
        ...(user ? { at: user } : {}),
        severity: inWheel && login.kind === "password" ? "warning" : "error",
        message: `the build's user ${username} ${inWheel ? "is asked for a password by sudo" : "may not use sudo"}: write in %post \`${line}\``,
      },
    ];
  },
};

/** Where the kickstart leaves out sudo, which the group core brings. */
function withoutSudo({ parsed }: CheckedKickstart): Hit | undefined {
  const { nocore, packageList = [], excludedList = [] } = parsed.packages;
  const at = parsed.sections.find(({ name }) => name === "%packages");
  if (at === undefined || packageList.includes("sudo")) return undefined;
  if (excludedList.includes("sudo")) return { at, message: "sudo is excluded, but the build needs it: take -sudo out" };
  return nocore ? { at, message: "%packages --nocore brings no sudo, but the build needs it: add sudo" } : undefined;
}

/** Whether a line of %post with NOPASSWD is about the user, one of its groups, or one that the script works out. */
function maySudo(kickstart: CheckedKickstart, username: string, groups: readonly string[]): boolean {
  const names = [username, ...groups.map((group) => `%${group}`), "$"];
  return kickstart.scripts
    .filter(({ name }) => name === "%post")
    .flatMap(({ body }) => body.split("\n"))
    .some((line) => line.includes("NOPASSWD") && names.some((name) => line.includes(name)));
}
