import { SSH_KEY_MARKER } from "../../../recipe/login";
import { text, type CheckedKickstart } from "../kickstart";
import { buildLogin, hasPassword, setsPasswordInPost, userLine, type BuildLogin } from "../login";
import type { Hit, Rule } from "../rule";

export const loginCredential: Rule = {
  code: "KS402",
  severity: "error",
  title: "the build's user has no key or password",
  why: "The build logs in with a key of its own, with a given key or with a password. Its own key is added to the kickstart, or stands where `@@ssh_key@@` is.",
  remedy:
    "Give the key to the build's user: `sshkey --username=NAME \"...\"`; with a password, `--password` on the user's line.",
  check(kickstart, image) {
    const login = buildLogin(kickstart, image);
    if (!login || login.isAdded) return [];
    if (login.kind === "password") return password(kickstart, login);
    return login.kind === "buildKey" ? buildKey(kickstart, login) : privateKey(kickstart, login);
  },
};

function password(kickstart: CheckedKickstart, { username }: BuildLogin): Hit[] {
  const line = username === "root" ? kickstart.all("rootpw").at(-1) : userLine(kickstart, username);
  if (!line || hasPassword(line) || setsPasswordInPost(kickstart)) return [];
  const option = username === "root" ? "rootpw --plaintext @@secret:NAME@@" : "--plaintext --password=@@secret:NAME@@";
  return [
    {
      at: line,
      message: `the build logs in as ${username} with a password, but this line sets none that works: write \`${option}\` without --lock`,
    },
  ];
}

function buildKey(kickstart: CheckedKickstart, { username }: BuildLogin): Hit[] {
  const keys = kickstart.accepted("sshkey").filter(({ args }) => args.some((arg) => arg.includes(SSH_KEY_MARKER)));
  const inScript = kickstart.parsed.sections.some(({ body }) => body.includes(SSH_KEY_MARKER));
  if (inScript || keys.length === 0 || keys.some((key) => text(key, "username") === username)) return [];
  return [
    {
      at: keys[0]!,
      message: `the build's key is given to ${text(keys[0]!, "username")}, but the build logs in as ${username}: write \`sshkey --username=${username} "${SSH_KEY_MARKER}"\``,
    },
  ];
}

function privateKey(kickstart: CheckedKickstart, { username }: BuildLogin): Hit[] {
  const keys = kickstart.all("sshkey");
  if (keys.some((key) => !key.accepted || text(key, "username") === username)) return [];
  if (kickstart.postHas(/authorized_keys|ssh-copy-id|cloud-init/)) return [];
  return [
    {
      message: `the build logs in as ${username} with a key, which nothing puts in: write \`sshkey --username=${username} "ssh-ed25519 ..."\``,
    },
  ];
}
