import type { Cause } from "./cause";

/** The installer waits for an answer that nobody gives. */
export const installerAsks: Cause = {
  name: "installer asks a question",
  sources: ["console", "installer"],
  pattern:
    /User interaction required on spoke|Please make (?:a selection|your choice) from (?:the )?above|Please respond 'yes' or 'no'/,
  remedy: "the kickstart leaves something open: add the command that the screenshot shows with [!]",
  examples: [
    {
      line: "anaconda: kickstart installation stopped for info: User interaction required on spoke INSTALLATION SOURCE",
      seenIn: "https://github.com/pykickstart/pykickstart/issues/195",
    },
    {
      line: "Please make a selection from the above ['b' to begin installation, 'q' to quit,",
      seenIn: "Rocky Linux 8.5's text installer on a serial console",
    },
  ],
};
