import { flag, text } from "../kickstart";
import { isBootLoaderWanted } from "../layout";
import { buildLogin } from "../login";
import type { Rule } from "../rule";

export const bootLoaderMissing: Rule = {
  code: "KS109",
  severity: "warning",
  title: "image without a boot loader",
  why: "`bootloader --disabled` and `--location=none` install none, and `--location=partition` none where BIOS firmware looks: the image does not boot by itself. An error if the build logs in. (Anaconda, bootloader/grub2.py)",
  remedy: "Take the option out, unless something else installs a boot loader later.",
  check(kickstart, image) {
    const lines = kickstart.accepted("bootloader");
    const elsewhere =
      image.firmware === "bios" && lines.some((line) => text(line, "location") === "partition" || flag(line, "nombr"));
    const extlinux = lines.find((line) => flag(line, "extlinux"));
    if (extlinux && image.release.dialect.startsWith("rhel")) {
      const message = `${image.release.title} has no extlinux, so the installer stops: take --extlinux out`;
      return [{ at: extlinux, severity: "error", message }];
    }
    if (isBootLoaderWanted(kickstart) && !elsewhere) return [];
    const what = elsewhere ? "the boot loader is not in the master boot record" : "no boot loader is installed";
    const option = elsewhere ? "write --location=mbr without --nombr" : "take --disabled or --location=none out";
    return [
      {
        at: lines.at(-1) ?? kickstart.start,
        severity: buildLogin(kickstart, image) ? "error" : "warning",
        message: `${what}, so the image does not boot by itself: ${option}`,
      },
    ];
  },
};
