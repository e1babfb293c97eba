import { buildLogin, userLine } from "../login";
import type { Rule } from "../rule";

export const loginUser: Rule = {
  code: "KS401",
  severity: "error",
  title: "the build's user is not made",
  why: "After the installation the build logs in as this user; without it, it waits until its time is over. (`Login.buildKey()` brings its own, unless `@@ssh_key@@` is in the kickstart.)",
  remedy: "Write `user --name=NAME`, or name the user that the kickstart makes in the image's login.",
  check(kickstart, image) {
    const login = buildLogin(kickstart, image);
    if (!login || login.isAdded || login.username === "root" || userLine(kickstart, login.username)) return [];
    if (kickstart.postHas(new RegExp(`\\b(useradd|adduser)\\b.*\\b${escape(login.username)}\\b`))) return [];
    return [
      {
        message: `the build logs in as ${login.username}, whom nothing makes: write \`user --name=${login.username}\``,
      },
    ];
  },
};

function escape(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
