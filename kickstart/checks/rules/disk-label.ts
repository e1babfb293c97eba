import { text } from "../kickstart";
import type { Rule } from "../rule";

/** Names of parted's labels that the installer makes: on PCs, on IBM Z and on PowerPC. */
const LABELS = ["gpt", "msdos", "mbr", "dasd", "mac"];

export const diskLabel: Rule = {
  code: "KS110",
  severity: "error",
  title: "unknown disk label",
  why: "pykickstart takes any word after `--disklabel`; the installer stops at one that it cannot make. (Anaconda, storage module)",
  remedy: "Write gpt or msdos.",
  check(kickstart) {
    return kickstart
      .accepted("clearpart")
      .map((command) => ({ command, label: text(command, "disklabel") }))
      .filter(({ label }) => label !== "" && !/[$@{<]/.test(label) && !LABELS.includes(label))
      .map(({ command, label }) => ({ at: command, message: `there is no disk label ${label}: write gpt or msdos` }));
  },
};
