import type { Cause } from "./cause";

/** The first stage gives up and opens a shell that nobody can use. */
export const dracutEmergency: Cause = {
  name: "boot stopped in the initramfs",
  sources: ["console"],
  pattern: /Entering emergency mode\. Exit the shell to continue\.|Generating "\/run\/initramfs\/rdsosreport\.txt"/,
  remedy: "look at the lines above it: mostly a root disk or medium that was not found",
  examples: [
    {
      line: 'Generating "/run/initramfs/rdsosreport.txt"',
      seenIn: "dracut, modules.d/98dracut-systemd/dracut-emergency.sh; not seen live",
    },
  ],
};
