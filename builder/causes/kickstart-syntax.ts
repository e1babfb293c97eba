import type { Cause } from "./cause";

/** The installer's parser refuses the kickstart. */
export const kickstartSyntax: Cause = {
  name: "kickstart syntax",
  sources: ["console", "installer"],
  pattern:
    /The following problem occurred on line \d+ of the kickstart file|demo installer: error: kickstart line \d+|demo installer: error: .*\b(?:unknown command|does not support the (?:command|option))/i,
  remedy: "mend the line of the kickstart that the installer names; ksvalidator finds such errors before a build",
  examples: [
    {
      line: "The following problem occurred on line 8 of the kickstart file:",
      seenIn: "pykickstart 3.78, errors.py; Anaconda prints it as it is",
    },
    {
      line: "demo installer: error: kickstart line 2: Unknown command: frobnicate",
      seenIn: "this project's demo installer",
    },
  ],
};
