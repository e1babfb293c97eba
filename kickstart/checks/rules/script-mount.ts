import type { Hit, Rule } from "../rule";
import { isInstalled } from "../scripts";
import { FIRST_DISK } from "./disk-name";

/** A line of fstab(5), also within an `echo`: device, mount point, type, options. */
const ENTRY =
  /(?:^|["'\s])\/dev\/((?:[svh]d|xvd)[a-z]|nvme\d+n\d+|mmcblk\d+)\S*(?:\s+|\\t)+(?:\/\S*|none|swap)(?:\s+|\\t)+[a-z]\w*(?:\s+|\\t)*(\S*)/;

export const scriptMount: Rule = {
  code: "KS325",
  severity: "error",
  title: "mount of a disk that the image does not have",
  why: "The start waits 90 s for every device in /etc/fstab, and then stops in an emergency shell, unless its options have nofail or noauto. (systemd.mount(5), systemd-fstab-generator(8))",
  remedy: "Add nofail to the options, or leave the line to what configures the machine.",
  check(kickstart, { diskInterface }) {
    if (!diskInterface) return [];
    return kickstart.scripts
      .filter((script) => isInstalled(script) && script.body.includes("/etc/fstab"))
      .flatMap(({ body, file, line }) =>
        body.split("\n").flatMap((content, index): Hit[] => {
          const [, disk, options = ""] = ENTRY.exec(content) ?? [];
          const isOther = disk !== undefined && disk !== FIRST_DISK[diskInterface];
          if (!isOther || /^\s*#/.test(content) || /\b(nofail|noauto)\b/.test(options)) return [];
          const message = `the image does not start with ${disk} in /etc/fstab, a disk that it does not have: add nofail to its options`;
          return [{ at: { file, line: line + 1 + index }, message }];
        }),
      );
  },
};
