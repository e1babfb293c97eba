import { flag, text } from "../kickstart";
import { buildLogin } from "../login";
import type { Rule } from "../rule";

export const loginNetwork: Rule = {
  code: "KS407",
  severity: "error",
  title: "no network to log in over",
  why: 'The build logs in over the network after the first start; a device with `--onboot=off`, or without IPv4 and IPv6, is not up then. (RHEL 9, Kickstart commands, "network")',
  remedy: "Write `network --bootproto=dhcp --device=link --onboot=on`.",
  check(kickstart, image) {
    const lines = kickstart.all("network");
    const isDown = (line: (typeof lines)[number]) =>
      line.accepted &&
      (!flag(line, "onboot") || (flag(line, "noipv4") && (flag(line, "noipv6") || text(line, "ipv6") === "ignore")));
    if (!buildLogin(kickstart, image) || lines.length === 0 || !lines.every(isDown)) return [];
    const at = lines[0]!;
    const message =
      "the network is down after the first start, so the build cannot log in: write `--onboot=on` and an address";
    return [{ at, message }];
  },
};
