import { makesBuildLogin } from "../../recipe/login";
import type { CheckedImage } from "./context";
import { flag, text, type CheckedKickstart } from "./kickstart";
import type { ParsedCommand } from "./parsed";

/** How the build logs in. */
export interface BuildLogin {
  readonly kind: "buildKey" | "password" | "privateKey";
  readonly username: string;
  /** Whether a section that is added to the kickstart makes user, key and sudo rule. */
  readonly isAdded: boolean;
}

/** The login that the build needs; undefined if the build has none, or if not all of the file can be seen. */
export function buildLogin(kickstart: CheckedKickstart, { login }: CheckedImage): BuildLogin | undefined {
  if (kickstart.isPartial || !login || login.kind === "none" || !login.username) return undefined;
  const isAdded = login.kind === "buildKey" && !makesBuildLogin(kickstart.text);
  return { kind: login.kind, username: login.username, isAdded };
}

/** The line that makes the user, if it is not root. */
export function userLine(kickstart: CheckedKickstart, username: string): ParsedCommand | undefined {
  return kickstart
    .all("user")
    .find((user) => (user.accepted ? text(user, "name") === username : user.args.join(" ").includes(username)));
}

/** Whether a `%post` script may give the user a password. */
export function setsPasswordInPost(kickstart: CheckedKickstart): boolean {
  return kickstart.postHas(/\b(chpasswd|passwd|usermod)\b/);
}

/** Whether the line gives its account a password that can be typed. */
export function hasPassword(command: ParsedCommand): boolean {
  return !command.accepted || (text(command, "password") !== "" && !flag(command, "lock"));
}
