import type { Cause } from "./cause";

/** The demo installer gives up for another reason, which it names. */
export const installerError: Cause = {
  name: "installer error",
  sources: ["console"],
  pattern: /demo installer: error: /,
  remedy: "mend what the line names",
  examples: [
    {
      line: "demo installer: error: the image has no /boot/vmlinuz*: it cannot start by itself",
      seenIn: "this project's demo installer",
    },
  ],
};
