import { flag } from "../kickstart";
import { buildLogin } from "../login";
import type { Rule } from "../rule";

export const loginRoot: Rule = {
  code: "KS406",
  severity: "error",
  title: "sshd does not let root in with a password",
  why: 'Since Enterprise Linux 9 and Fedora 31 sshd refuses root\'s password; `rootpw --allow-ssh` allows it. (RHEL 9, Kickstart commands, "rootpw")',
  remedy: "Write `rootpw --allow-ssh`, or better log in as another user with a key.",
  check(kickstart, image) {
    const login = buildLogin(kickstart, image);
    const { dialect } = image.release;
    const old = ["rhel7", "rhel8"].includes(dialect) || (dialect.startsWith("fedora") && Number(dialect.slice(6)) < 31);
    if (login?.kind !== "password" || login.username !== "root" || old) return [];
    const rootpw = kickstart.accepted("rootpw").at(-1);
    if (!rootpw || flag(rootpw, "allow_ssh") || kickstart.postHas(/PermitRootLogin\s+yes/)) return [];
    return [
      {
        at: rootpw,
        message: "the build logs in as root with a password, which sshd refuses: add --allow-ssh, or log in with a key",
      },
    ];
  },
};
