import type { Cause } from "./cause";

/** The SSH server lets nobody in with the build's key or password. */
export const loginRefused: Cause = {
  name: "login refused: key or password",
  sources: ["packer"],
  pattern: /SSH handshake err: ssh: handshake failed: ssh: unable to authenticate/,
  remedy:
    'the kickstart must give the user the key (sshkey --username=... "@@ssh_key@@") or password that the build logs in with',
  times: 2,
  examples: [
    {
      line: "2026/11/23 04:30:00 packer-plugin-qemu_v1.0.9 plugin: [DEBUG] SSH handshake err: ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain",
      seenIn: "https://github.com/hashicorp/packer/issues/7475",
    },
  ],
};

/**
 * The same, where the kickstart makes no such user: a server answers as if there was one (RFC 4252, section 5), so the
 * kickstart alone can tell.
 */
export const userUnknown: Pick<Cause, "name" | "remedy"> = {
  name: "login refused: user",
  remedy: "the kickstart makes no such user: add user --name=..., or give the login the username that it makes",
};

/** Whether a kickstart may make a user: by the command, in a script, or in a part of it that is elsewhere. */
export function makesUser(kickstart: string, username: string): boolean {
  const name = username.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const byCommand = new RegExp(`^\\s*user\\b.*--name[= ]["']?${name}["']?(?:\\s|$)`, "m");
  const byScript = new RegExp(`\\b(?:useradd|adduser|newusers|sysusers)\\b[^\\n]*${name}`);
  return (
    username === "root" ||
    byCommand.test(kickstart) ||
    byScript.test(kickstart) ||
    /^%(?:include|ksappend)/m.test(kickstart)
  );
}
