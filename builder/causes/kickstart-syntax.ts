import type { Cause } from "./cause";

/** The installer's parser refuses the kickstart. */
export const kickstartSyntax: Cause = {
  name: "kickstart syntax",
  sources: ["console", "installer"],
  pattern:
    /The following problem occurred on line \d+ of the kickstart file|(?:The following error was found while parsing the kickstart|error parsing kickstart|kickstart error)/i,
  remedy: "mend the line of the kickstart that the installer names; ksvalidator finds such errors before a build",
  examples: [
    {
      line: "The following problem occurred on line 8 of the kickstart file:",
      seenIn: "pykickstart, errors.py: formatErrorMsg; Anaconda prints it as it is",
    },
  ],
};
