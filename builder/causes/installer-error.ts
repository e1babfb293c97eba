import type { Cause } from "./cause";

/** The installer gives up for another reason, which it names. */
export const installerError: Cause = {
  name: "installer error",
  sources: ["console"],
  pattern: /demo installer: error: |Non interactive installation failed: /,
  remedy: "mend what the line names",
  examples: [
    {
      line: "[   34.520680] anaconda[2628]: Non interactive installation failed: The command 'ostree container image deploy --sysroot=/mnt/sysimage --image=192.168.100.1:5000/rhel94-bootc-source --transport=registry' exited with the code 1..",
      seenIn: "https://github.com/openshift/microshift/pull/3743",
    },
    {
      line: "demo installer: error: the image has no /boot/vmlinuz*: it cannot start by itself",
      seenIn: "this project's demo installer",
    },
  ],
};
