import type { CheckedKickstart } from "../kickstart";
import { isInstalled, scriptLines, type ScriptLine } from "../scripts";
import type { Hit, Rule } from "../rule";

interface Pattern {
  readonly matches: RegExp;
  /** Lines with this are right. */
  readonly except?: RegExp;
  /** Where the script runs for it to be wrong; everywhere by default. */
  readonly where?: "installed" | "installer" | "%pre";
  readonly what: string;
  /** A warning by default: the installation goes on. */
  readonly severity?: "error" | "failing";
}

const START = String.raw`(?:^|[;&|(]\s*|\b(?:then|do|else)\s+|!\s*)(?:sudo\s+)?`;

const PATTERNS: readonly Pattern[] = [
  {
    matches: new RegExp(
      `${START}(systemctl\\s+(-\\S+\\s+)*(reboot|poweroff|halt|kexec)|init\\s+[06]|(reboot|poweroff|halt)\\s+-\\w*f|echo\\s+\\w\\s*>\\s*/proc/sysrq-trigger)\\b`,
    ),
    what: "ends the installation before it is done: write reboot or poweroff as a command of the kickstart",
    severity: "error",
  },
  {
    matches: new RegExp(`${START}(reboot|poweroff|halt|shutdown)\\b`),
    where: "installer",
    what: "ends the installation before it is done: write reboot or poweroff as a command of the kickstart",
    severity: "error",
  },
  {
    matches: new RegExp(`${START}read\\s+(-\\w+\\s+)*-\\w*p\\b`),
    except: /<|\bexec\b|\/dev\/tty/,
    what: "waits for somebody to type: set the value in the script",
    severity: "error",
  },
  {
    matches: new RegExp(
      `${START}(dnf|yum)\\s+(-\\S+\\s+)*(install|reinstall|update|upgrade|remove|erase|groupinstall|group\\s+install|swap|distro-sync|localinstall|module\\s+(install|enable|disable|reset|remove|switch-to))\\b`,
    ),
    except: /\s(-\w*y\w*|--assumeyes|--assumeno)\b|\byes\s*\||\becho\s+\S*y\S*\s*\||assumeyes/,
    what: "asks before it installs: add -y",
    severity: "failing",
  },
  {
    matches: new RegExp(
      `${START}(passwd\\s+(?!.*(--stdin|-\\w*[ldeu]\\b|--(lock|delete|expire|unlock)))\\w|vi\\s|vim\\s|nano\\s|less\\s|more\\s|visudo\\s*$|mysql_secure_installation\\b)`,
    ),
    except: /\||<|\bEDITOR=/,
    what: "waits for somebody to type: write what it does without asking",
    severity: "error",
  },
  {
    matches: new RegExp(`${START}ssh-keygen\\b`),
    except: /-\w*N\b|-A\b|-\w*[lyFRHkeiBDs]\b/,
    what: "asks for a passphrase: add -N ''",
    severity: "error",
  },
  {
    matches: new RegExp(
      `${START}(systemctl\\s+(-\\S+\\s+)*(start|restart|reload)|service\\s+\\S+\\s+(start|restart))\\b`,
    ),
    where: "installed",
    what: "does nothing here, where no systemd runs: write systemctl enable",
  },
  {
    matches: new RegExp(
      `${START}(hostnamectl\\s+(set-)?hostname|timedatectl\\s+set|localectl\\s+set|nmcli\\s+(c|con|connection)\\s+(mod|add|up|down|del)|firewall-cmd)`,
    ),
    where: "installed",
    what: "speaks to a service that runs in the installer, or not at all: write its file, or firewall-offline-cmd",
  },
  {
    matches: new RegExp(`${START}(apt-get|apt|aptitude|apk|zypper|pacman|ufw|update-rc\\.d)\\s`),
    where: "installed",
    what: "is of another distribution: write dnf, firewall-offline-cmd, systemctl",
    severity: "failing",
  },
  {
    matches: /\/mnt\/sysimage\b/,
    except: /\bif\b|\[\s|-[def]\s/,
    where: "installed",
    what: "is of the installer: here the installed system is /",
  },
  {
    matches: /\/mnt\/sysimage\b|\/mnt\/sysroot\b/,
    except: /\bif\b|\[\s|-[def]\s/,
    where: "%pre",
    what: "is not there yet: do it in %post",
    severity: "failing",
  },
];

export const scriptCommand: Rule = {
  code: "KS324",
  severity: "warning",
  title: "command that cannot work in a script of the installer",
  why: "Scripts run with nobody to answer, without a systemd of their own, and in the middle of the installation: what asks, waits for ever; what restarts, breaks it off. %post sees the installed system as /, %pre comes before it.",
  remedy: "Write the command so that it asks nothing, and ends or starts nothing.",
  check(kickstart) {
    return [...scriptLines(kickstart).flatMap(wrong), ...sudoRules(kickstart), ...ownFolders(kickstart)];
  },
};

function wrong(line: ScriptLine): Hit[] {
  const { script, content, ...at } = line;
  const place = isInstalled(script) ? "installed" : "installer";
  const found = PATTERNS.find(
    ({ matches, except, where }) =>
      (where === undefined || where === place || where === script.name) &&
      matches.test(content) &&
      !except?.test(content),
  );
  if (!found) return [];
  const fails = found.severity === "error" || (found.severity === "failing" && script.args.includes("--erroronfail"));
  const command = found.matches
    .exec(content)![0]
    .replace(/^[;&|(\s]+/, "")
    .trim();
  return [{ at, message: `${command} ${found.what}`, ...(fails && { severity: "error" as const }) }];
}

/** A sudo rule that sudo passes over: without its colon, or in a file with a dot or ~ in its name (sudoers(5)). */
function sudoRules(kickstart: CheckedKickstart): Hit[] {
  return kickstart.scripts.flatMap((script) =>
    script.body.split("\n").flatMap((content, index): Hit[] => {
      const at = { file: script.file, line: script.line + 1 + index };
      const file = /\/etc\/sudoers\.d\/([\w@%{}$-]*[.~][\w.~-]*)/.exec(content)?.[1];
      if (file && !/^\s*#/.test(content) && />|\btee\b|\b(cp|install|mv)\b/.test(content)) {
        return [
          {
            at,
            severity: "error",
            message: `sudo passes over the file ${file}, for the ${file.includes("~") ? "~" : "dot"} in its name: write it without`,
          },
        ];
      }
      if (!/\bNOPASSWD\b(?!\s*:)/.test(content) || /^\s*#|\bsed\b|\bgrep\b|!authenticate/.test(content)) return [];
      return [{ at, severity: "error", message: "sudo cannot read the rule: write NOPASSWD: ALL, with a colon" }];
    }),
  );
}

/** %post --nochroot sees the installer's own folders. */
function ownFolders(kickstart: CheckedKickstart): Hit[] {
  return scriptLines(kickstart)
    .filter(({ script }) => script.name === "%post" && !isInstalled(script))
    .flatMap(({ content, file, line }): Hit[] => {
      const target = />>?\s*"?(\/(?:etc|root|home|var|usr|opt|boot)\/\S*)/.exec(content)?.[1];
      if (!target || /chroot\s/.test(content)) return [];
      const at = { file, line };
      return [{ at, message: `${target} is the installer's own: write /mnt/sysimage${target}` }];
    });
}
