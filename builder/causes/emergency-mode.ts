import type { Cause } from "./cause";

/** The installed system does not come up. */
export const emergencyMode: Cause = {
  name: "installed system stopped in emergency mode",
  sources: ["console"],
  pattern: /You are in (?:emergency|rescue) mode|Welcome to (?:emergency|rescue) mode/,
  remedy: "look at the lines above it for the unit that failed: mostly a file system of /etc/fstab that is not there",
  examples: [
    {
      line: 'You are in emergency mode. After logging in, type "journalctl -xb" to view',
      seenIn: "systemd 252, started with a missing file system in /etc/fstab",
    },
  ],
};
