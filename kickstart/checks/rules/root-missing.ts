import { flag, list } from "../kickstart";
import type { Rule } from "../rule";

export const rootMissing: Rule = {
  code: "KS301",
  severity: "error",
  title: "no root password and no administrator",
  why: "The installer asks for a password unless `rootpw` is there (also with `--lock`) or an unlocked user in the group wheel. (Anaconda, users module)",
  remedy: "Write `rootpw --lock` and a user, or `rootpw --iscrypted ...`.",
  check(kickstart) {
    if (kickstart.isPartial || kickstart.has("rootpw")) return [];
    const users = kickstart.all("user");
    if (users.some((user) => !user.accepted || (!flag(user, "lock") && list(user, "groups").includes("wheel"))))
      return [];
    return [
      {
        message:
          "no rootpw and no user in the group wheel: the installer will ask; write `rootpw --lock` or `rootpw --iscrypted ...`",
      },
    ];
  },
};
