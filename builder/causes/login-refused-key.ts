import type { Cause } from "./cause";

/** The SSH server refuses user or key. */
export const loginRefused: Cause = {
  name: "login refused: user or key",
  sources: ["packer"],
  pattern: /SSH handshake err: ssh: handshake failed: ssh: unable to authenticate/,
  remedy:
    'the kickstart must make the user and give it the key (sshkey --username=... "@@ssh_key@@") or password that the build logs in with',
  times: 3,
  examples: [
    {
      line: "2026/11/23 04:30:00 packer-plugin-qemu_v1.0.9 plugin: [DEBUG] SSH handshake err: ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain",
      seenIn: "https://github.com/hashicorp/packer/issues/7475",
    },
  ],
};
