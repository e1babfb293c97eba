import type { Dialect } from "../../recipe/release";
import type { CheckedImage } from "./context";
import { onBootLine } from "./context";
import { flag, text, type CheckedKickstart } from "./kickstart";

/** Whether the kickstart lays out the disk itself and all of that can be seen. */
export function hasOwnLayout(kickstart: CheckedKickstart): boolean {
  return !kickstart.isPartial && !kickstart.has("autopart") && kickstart.has("part", "partition");
}

/** False if the kickstart says that the image gets no boot loader. */
export function isBootLoaderWanted(kickstart: CheckedKickstart): boolean {
  return !kickstart
    .accepted("bootloader")
    .some((command) => flag(command, "disabled") || text(command, "location") === "none");
}

/**
 * Whether a disk without a partition table will get a GPT one under BIOS firmware: where it is asked for, in Fedora since
 * 37 (https://fedoraproject.org/wiki/Changes/GPTforBIOSbyDefault) and so in Enterprise Linux 10.
 */
export function isGpt(kickstart: CheckedKickstart, image: CheckedImage): boolean {
  const label = kickstart
    .accepted("clearpart")
    .map((command) => text(command, "disklabel"))
    .find((value) => value !== "");
  if (label) return label === "gpt";
  if (onBootLine(image, "disklabel") || onBootLine(image, "mbr"))
    return !/disklabel=mbr|inst\.mbr/.test(image.bootLine ?? "");
  if (onBootLine(image, "gpt")) return true;
  const { dialect } = image.release;
  return dialect === "rhel10" || (dialect.startsWith("fedora") && Number(dialect.slice("fedora".length)) >= 37);
}

/** The Enterprise Linux that a dialect is, or is nearest to: 9 for "rhel9", 10 for every Fedora of today. */
export function versionOf(dialect: Dialect): number {
  return dialect.startsWith("rhel") ? Number(dialect.slice("rhel".length)) : 10;
}
