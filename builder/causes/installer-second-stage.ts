import type { Cause } from "./cause";

/** The installer's first stage does not find the rest of it. */
export const installerSecondStage: Cause = {
  name: "installer not found",
  sources: ["console"],
  pattern: /It seems that the boot has failed\. Possible causes include/,
  remedy:
    "give the medium's label or URL as inst.stage2 or inst.repo in the boot command, and look whether the whole medium was downloaded",
  examples: [
    {
      line: "[  321.521692] g75 dracut-initqueue[1371]: Warning: It seems that the boot has failed. Possible causes include",
      seenIn: "https://github.com/dracutdevs/dracut/issues/2047",
    },
  ],
};
