import type { Cause } from "./cause";

/** A script of the kickstart ended with an error that ends the installation. */
export const scriptFailed: Cause = {
  name: "kickstart script failed",
  sources: ["console", "installer"],
  pattern:
    /error occurred (?:while )?running the kickstart script|There was an error running the kickstart script at line \d+|demo installer: error: %\S+.* failed with exit code/,
  remedy:
    "look at the lines above it, and at the script that it names; without --erroronfail the installation would go on",
  examples: [
    {
      line: "There was an error running the kickstart script at line 611. This is a fatal error and installation will be aborted.  The details of this error are:",
      seenIn: "a console in StarlingX's documentation of prestaged installations",
    },
    {
      line: "demo installer: error: %post of line 23 failed with exit code 1",
      seenIn: "this project's demo installer",
    },
  ],
};
