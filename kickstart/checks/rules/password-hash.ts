import { flag, text } from "../kickstart";
import type { Hit, Rule } from "../rule";
import { isCryptHash, isCutHash, isMarker } from "../markers";

export const passwordHash: Rule = {
  code: "KS502",
  severity: "error",
  title: "password and --iscrypted that do not belong together",
  why: "With `--iscrypted` the value is taken for a hash, without it for the password itself: taken for the other, nobody can log in.",
  remedy: "Write `--iscrypted` with a hash (`openssl passwd -6`), and none with a password.",
  check(kickstart) {
    return kickstart.accepted("rootpw", "user", "sshpw", "bootloader").flatMap((command): Hit[] => {
      const password = text(command, "password");
      if (password === "" || flag(command, "lock") || isMarker(password) || /\$\{|\{\{/.test(password)) return [];
      if (flag(command, "isCrypted") && !isCryptHash(password) && !/^[./0-9A-Za-z]{13}$/.test(password)) {
        return [
          {
            at: command,
            severity: "warning",
            message: `${command.name} says --iscrypted, but its password is no hash, so nobody can log in: write one of \`openssl passwd -6\`, or --lock if that is meant`,
          },
        ];
      }
      if (flag(command, "isCrypted") && isCutHash(password)) {
        const message = `${command.name} holds a hash that is not whole, so nobody can log in: copy all of it`;
        return [{ at: command, severity: "warning", message }];
      }
      if (!flag(command, "isCrypted") && isCryptHash(password)) {
        return [
          {
            at: command,
            message: `${command.name} holds a hash, which is taken for the password itself: add --iscrypted`,
          },
        ];
      }
      return [];
    });
  },
};
