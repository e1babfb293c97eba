import type { Cause } from "./cause";

/** The first stage gives up and opens a shell that nobody can use. */
export const dracutEmergency: Cause = {
  name: "boot stopped in the initramfs",
  sources: ["console"],
  pattern: /Entering emergency mode\. Exit the shell to continue\.|Generating "\/run\/initramfs\/rdsosreport\.txt"/,
  remedy: "look at the lines above it: mostly a root disk or medium that was not found",
  examples: [
    {
      line: "Entering emergency mode. Exit the shell to continue.",
      seenIn: "https://github.com/tuna-os/tunaOS/pull/1069",
    },
    {
      line: 'Generating "/run/initramfs/rdsosreport.txt"',
      seenIn: "dracut, modules.d/99base/rdsosreport.sh; not seen live",
    },
  ],
};
