import { flag, text, type CheckedKickstart } from "../kickstart";
import type { ParsedCommand } from "../parsed";
import type { Hit, Rule } from "../rule";
import { isCryptHash, isMarker } from "../markers";

export const plainPassword: Rule = {
  code: "KS501",
  severity: "warning",
  title: "password in plain text",
  why: "The kickstart is in the repository, in the plan and in the store, and the installer leaves a copy in /root of the image: whoever reads one of them has the password.",
  remedy:
    "Put a secret's marker there (`Secret.fromEnv(...)`), write a hash with `--iscrypted` (`openssl passwd -6`), or log in by key.",
  check(kickstart) {
    return [...kickstart.parsed.commands.flatMap(inCommand), ...inScripts(kickstart)];
  },
};

function inCommand(command: ParsedCommand): Hit[] {
  const { name } = command;
  const found = (what: string, value: string): Hit[] =>
    value === "" || isMarker(value) || isCryptHash(value)
      ? []
      : [{ at: command, message: `${name} holds ${what} in plain text: ${instead(name)}` }];
  if (["rootpw", "user", "sshpw", "bootloader"].includes(name)) {
    return flag(command, "isCrypted") ? [] : found("a password", text(command, "password"));
  }
  if (["autopart", "part", "partition", "logvol", "raid"].includes(name))
    return found("a passphrase", text(command, "passphrase"));
  if (name === "vnc") return found("a password", text(command, "password"));
  if (name === "realm") return found("a password", argument(command, "--one-time-password"));
  if (name === "network")
    return [...found("a key", text(command, "wpakey")), ...found("a key", text(command, "wepkey"))];
  return ["url", "baseurl", "mirrorlist", "metalink", "proxy"]
    .map((attribute) => /^[a-z]+:\/\/[^@/:]+:([^@/]+)@/i.exec(text(command, attribute))?.[1] ?? "")
    .flatMap((value) => found("a password in a URL", value));
}

function inScripts(kickstart: CheckedKickstart): Hit[] {
  return kickstart.scripts.flatMap((section) =>
    section.body.split("\n").flatMap((line, index) => {
      const match = /^\s*(?:echo|printf)\s+(?:-\w+\s+)*(["']?)([^|]*?)\1\s*\|\s*(chpasswd|passwd\b.*--stdin)/.exec(
        line,
      );
      const value = match?.[2]?.replace(/^[^:]*:/, "") ?? "";
      if (!match || /^\$[A-Za-z{(]/.test(value) || isMarker(value) || isCryptHash(value)) return [];
      const at = { file: section.file, line: section.line + 1 + index };
      return [{ at, message: `this script sets a password that stands in it in plain text: ${instead("script")}` }];
    }),
  );
}

function instead(name: string): string {
  return ["rootpw", "user", "sshpw", "bootloader"].includes(name)
    ? "write a secret's marker, or a hash with --iscrypted"
    : "write a secret's marker";
}

function argument(command: ParsedCommand, option: string): string {
  const words = command.args;
  const index = words.findIndex((word) => word === option || word.startsWith(`${option}=`));
  const word = words[index] ?? "";
  return word.includes("=") ? word.slice(word.indexOf("=") + 1) : (words[index + 1] ?? "");
}
