import { number, list, text, type CheckedKickstart } from "../kickstart";
import type { CheckedImage } from "../context";
import { buildLogin } from "../login";
import { isMinimal, wantsPackage } from "../packages";
import type { ParsedCommand } from "../parsed";
import type { Hit, Rule } from "../rule";
import { nearest } from "../spelling";

/** Accounts that the packages setup and systemd bring (setup, passwd; systemd, sysusers.d). */
const SYSTEM = [
  ...["root", "bin", "daemon", "adm", "lp", "sync", "shutdown", "halt", "mail", "operator", "games", "ftp", "nobody"],
  ...["dbus", "systemd-network", "systemd-resolve", "tss", "polkitd", "sshd", "chrony"],
];
/** Groups that mean something. */
const GROUPS = [
  "wheel",
  "adm",
  "docker",
  "libvirt",
  "kvm",
  "users",
  "audio",
  "video",
  "dialout",
  "systemd-journal",
  "mock",
];
const KEY_TYPES =
  /^(?:.* )?(ssh-(rsa|dss|ed25519)|ecdsa-sha2-nistp\d+|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]+=*(\.\.\.)?( |$)/;

export const account: Rule = {
  code: "KS316",
  severity: "error",
  title: "user, group or key that cannot be made",
  why: "pykickstart takes any name, number and path. useradd refuses some of them, and the installer then stops, or goes on without the user; a key for a user whom no line makes stops it too. Groups that do not exist are made, and mean nothing. (Anaconda, core/users.py)",
  remedy: "Write names of small letters, digits, - and _; paths from the root; and the user's line beside its sshkey.",
  check(kickstart, image) {
    return [
      ...kickstart.accepted("user").flatMap((user) => ofUser(kickstart, image, user)),
      ...groups(kickstart),
      ...keys(kickstart),
    ];
  },
};

function ofUser(kickstart: CheckedKickstart, image: CheckedImage, at: ParsedCommand): Hit[] {
  const [name, home, shell] = [text(at, "name"), text(at, "homedir"), text(at, "shell")];
  if (/[$@{<]/.test(name)) return [];
  const hits: Hit[] = [];
  if (!/^[A-Za-z_][\w.-]{0,31}\$?$/.test(name)) {
    hits.push({ at, message: `user --name ${name} cannot be one: write small letters, digits, - and _, at most 32` });
  } else if (SYSTEM.includes(name)) {
    const instead = name === "root" ? "write rootpw" : "write another name";
    hits.push({
      at,
      severity: "warning",
      message: `user ${name} is there already, so the line makes none: ${instead}`,
    });
  }
  for (const [option, id] of [
    ["--uid", number(at, "uid")],
    ["--gid", number(at, "gid")],
  ] as const) {
    if (id < 0) hits.push({ at, message: `user ${option} is ${id}: write a number from 1000` });
  }
  if (
    at.args.some((arg, index) => /^--uid=0+$/.test(arg) || (arg === "--uid" && /^0+$/.test(at.args[index + 1] ?? "")))
  ) {
    hits.push({
      at,
      message: `user ${name} has the uid 0, which is root's, so it is not made: write a number from 1000`,
    });
  }
  if (/:/.test(text(at, "gecos")))
    hits.push({ at, message: `user --gecos of ${name} has a colon: useradd takes none` });
  const others = kickstart.accepted("user").filter(({ line }) => line < at.line);
  const twin = others.find(
    (other) => number(at, "uid") !== 0 && number(other, "uid") === number(at, "uid") && text(other, "name") !== name,
  );
  if (twin)
    hits.push({
      at,
      message: `user ${name} has the uid of ${text(twin, "name")}, ${number(at, "uid")}: write another`,
    });
  if (home !== "" && !home.startsWith("/"))
    hits.push({ at, message: `user --homedir ${home} is no path from the root: write /home/${name}` });
  if (shell !== "" && !shell.startsWith("/"))
    hits.push({ at, message: `user --shell ${shell} is no path from the root: write /bin/bash` });
  const noLogin = /\/(nologin|false|true)$/.test(shell);
  const isBuilds = buildLogin(kickstart, image)?.username === name;
  if (isBuilds && noLogin)
    hits.push({ at, message: `the build logs in as ${name}, whose shell is ${shell}: write /bin/bash` });
  const needed = /\/(zsh|fish|ksh|tcsh|csh|mksh|dash)$/.exec(shell)?.[1];
  if (needed && isMinimal(kickstart) && !wantsPackage(kickstart, needed)) {
    hits.push({
      at,
      severity: isBuilds ? "error" : "warning",
      message: `user ${name} has the shell ${shell}, which no package brings: add ${needed} to %packages`,
    });
  }
  for (const group of list(at, "groups")) hits.push(...ofGroup(kickstart, at, group.replace(/\s*\(.*\)$/, "")));
  return hits;
}

function ofGroup(kickstart: CheckedKickstart, at: ParsedCommand, group: string): Hit[] {
  if (/[$@{<]/.test(group)) return [];
  if (!/^[A-Za-z_][\w.-]{0,31}$/.test(group)) {
    return [{ at, message: `user --groups has "${group}", which cannot be a group: write names separated by commas` }];
  }
  const made = kickstart.accepted("group").some((line) => text(line, "name") === group);
  const meant = group === "sudo" || group === "admin" ? "wheel" : nearest(group, GROUPS);
  if (
    made ||
    GROUPS.includes(group) ||
    meant === undefined ||
    kickstart.scripts.some(({ body }) => body.includes(group))
  )
    return [];
  return [
    { at, severity: "warning", message: `the group ${group} is made, but gives no rights: did you mean ${meant}?` },
  ];
}

function groups(kickstart: CheckedKickstart): Hit[] {
  return kickstart.accepted("group").flatMap((at): Hit[] => {
    const name = text(at, "name");
    const twin = kickstart
      .accepted("group")
      .find((one) => one.line < at.line && number(one, "gid") === number(at, "gid"));
    if (twin && number(at, "gid") > 0) {
      const message = `group ${name} has the gid of ${text(twin, "name")}, ${number(at, "gid")}, so it is not made: write another`;
      return [{ at, severity: "warning", message }];
    }
    if (number(at, "gid") < 0)
      return [{ at, message: `group --gid is ${number(at, "gid")}: write a number from 1000` }];
    if (/[$@{<]/.test(name) || /^[A-Za-z_][\w.-]{0,31}$/.test(name)) return [];
    return [{ at, message: `group --name ${name} cannot be one: write small letters, digits, - and _` }];
  });
}

function keys(kickstart: CheckedKickstart): Hit[] {
  const users = [
    ...kickstart
      .all("user")
      .flatMap((user) => [text(user, "name"), ...user.args.map((arg) => arg.replace(/^--name=/, ""))]),
    ...SYSTEM,
  ];
  return kickstart.accepted("sshkey").flatMap((at): Hit[] => {
    const [name, key] = [text(at, "username"), text(at, "key")];
    if (!kickstart.isPartial && !/[$@{<]/.test(name) && !users.includes(name)) {
      return [{ at, message: `sshkey is for ${name}, whom no line makes: write \`user --name=${name}\`` }];
    }
    if (/[${<]|@@/.test(key) || KEY_TYPES.test(key)) return [];
    return [
      {
        at,
        severity: "warning",
        message: `sshkey of ${name} holds no public key: write it like "ssh-ed25519 AAAA... comment"`,
      },
    ];
  });
}
