import { onBootLine } from "../context";
import { text } from "../kickstart";
import { buildLogin } from "../login";
import type { Rule } from "../rule";

/** Names that the only network device of a QEMU machine can have: by its slot, or by its place on the bus. */
const HERE = /^(ens[1-9]|enp[0-9]s[0-9]{1,2}(f0)?|link|bootif|ibft)$/;
/** Names of devices: by number, and by firmware, slot, place and MAC address. */
const DEVICE = /^(eth\d+|en[ospx]\w+|em\d+|p\d+p\d+|wl\w+|ib\d+)$/;

export const networkDevice: Rule = {
  code: "KS705",
  severity: "error",
  title: "network device that the machine does not have",
  why: "Devices are named for their place: ens3 or enp0s2 on QEMU, where VMware has ens192 and VirtualBox enp0s3, and eth0 exists only with `net.ifnames=0` on the boot line. A line for a device that is not there sets up nothing, so that the build cannot log in. (systemd.net-naming-scheme(7)) A warning if another line names one that is there, if the kickstart is served over the network, which is then up already, or if nothing logs in; a remark if the boot line is not known.",
  remedy: "Write `--device=link`: the first device with a cable.",
  check(kickstart, image) {
    const lines = kickstart.accepted("network");
    const old = kickstart.accepted("bootloader").some((line) => text(line, "appendLine").includes("net.ifnames=0"));
    if (old || onBootLine(image, "net\\.ifnames") || onBootLine(image, "ifname")) return [];
    const isMissing = (name: string) => DEVICE.test(name) && !HERE.test(name);
    const parts = ["bondslaves", "teamslaves", "bridgeslaves"].map((name) =>
      lines.some((line) => text(line, name) !== ""),
    );
    const works =
      lines.some((line) => line.values["onboot"] === true && !isMissing(text(line, "device"))) || parts.includes(true);
    const isNeeded = buildLogin(kickstart, image) && image.delivery !== "http" && !works;
    const severity = image.bootLine === undefined ? "info" : isNeeded ? "error" : "warning";
    return lines
      .filter((line) => isMissing(text(line, "device")))
      .map((line) => ({
        at: line,
        severity,
        message: `the machine has no device ${text(line, "device")}: write --device=link, or net.ifnames=0 on the boot line`,
      }));
  },
};
