import type { Cause } from "./cause";

/** The firmware cannot start from the medium. */
export const mediumNotBootable: Cause = {
  name: "medium not bootable",
  sources: ["firmware"],
  pattern: /^Boot failed: Could not read from CDROM/,
  remedy: "the file is no bootable installer medium: fetch the installer's ISO, not a disk image or a source ISO",
  examples: [
    { line: "Boot failed: Could not read from CDROM (code 0004)", seenIn: "SeaBIOS 1.16, an ISO without El Torito" },
  ],
};
