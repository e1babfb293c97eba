import { onBootLine } from "../context";
import { text } from "../kickstart";
import type { Rule } from "../rule";

export const networkDevice: Rule = {
  code: "KS705",
  severity: "warning",
  title: "network device by its old name",
  why: "Since Enterprise Linux 7 devices are named for their place (ens3, enp1s0), and eth0 exists only with `net.ifnames=0` on the boot line: the line then sets up nothing. (systemd.net-naming-scheme(7)) Only a remark where the boot line is not known.",
  remedy: "Write `--device=link`: the first device with a cable.",
  check(kickstart, image) {
    const kept = kickstart.accepted("bootloader").some((line) => text(line, "appendLine").includes("net.ifnames=0"));
    if (kept || onBootLine(image, "net\\.ifnames") || onBootLine(image, "ifname")) return [];
    return kickstart
      .accepted("network")
      .filter((line) => /^eth\d+$/.test(text(line, "device")))
      .map((line) => ({
        at: line,
        severity: image.bootLine === undefined ? "info" : "warning",
        message: `there is hardly a device ${text(line, "device")}: write --device=link, or net.ifnames=0 on the boot line`,
      }));
  },
};
