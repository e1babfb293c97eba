import { isBootLoaderWanted } from "../layout";
import type { Rule } from "../rule";

export const bootLoaderMissing: Rule = {
  code: "KS109",
  severity: "warning",
  title: "image without a boot loader",
  why: "`bootloader --disabled` and `--location=none` install none: the image does not boot by itself.",
  remedy: "Take the option out, unless something else installs a boot loader later.",
  check(kickstart) {
    if (isBootLoaderWanted(kickstart)) return [];
    const at = kickstart.accepted("bootloader").at(-1) ?? kickstart.start;
    return [
      {
        at,
        message:
          "no boot loader is installed, so the image does not boot by itself: take --disabled or --location=none out",
      },
    ];
  },
};
