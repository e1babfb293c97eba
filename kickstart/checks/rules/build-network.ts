import { isIPv4 } from "node:net";
import { flag, text } from "../kickstart";
import { buildLogin } from "../login";
import type { Hit, Rule } from "../rule";

export const buildNetwork: Rule = {
  code: "KS709",
  severity: "error",
  title: "network that the build's machine is not on",
  why: 'The machine has one network device, on QEMU\'s user network: addresses of 10.0.2.0/24 by DHCP, IPv4 alone from the host. With another static address, another kind of one or IPv6 alone the build cannot log in. (QEMU documentation, "Network emulation")',
  remedy: "Write `network --bootproto=dhcp --device=link`; set up the machine's own network when it first starts.",
  check(kickstart, image) {
    const lines = kickstart.accepted("network");
    const bonds = lines.flatMap((line): Hit[] => {
      const members = [text(line, "bondslaves"), text(line, "teamslaves"), text(line, "bridgeslaves")].join(",");
      const count = members.split(",").filter((name) => name.trim() !== "").length;
      const message = `the machine has one network device, but this line joins ${count}: it goes on with what there is`;
      return image.diskInterface && count > 1 ? [{ at: line, message, severity: "warning" }] : [];
    });
    if (!buildLogin(kickstart, image) || !image.diskInterface) return bonds;
    const described = lines.filter(
      (line) => line.values["bootProto"] || text(line, "ip") !== "" || flag(line, "noipv4"),
    );
    const wrong = described.map((line) => {
      const [ip, proto] = [text(line, "ip").replace(/\/.*/, ""), text(line, "bootProto")];
      if (flag(line, "noipv4")) return "has no IPv4, by which the build logs in: take --noipv4 out";
      if (proto === "ibft")
        return "takes its address from an iSCSI adapter, which the machine does not have: write --bootproto=dhcp";
      const isOther = isIPv4(ip) && !ip.startsWith("10.0.2.") && proto !== "dhcp";
      return isOther
        ? `has the address ${ip}, but the build's network is 10.0.2.0/24: write --bootproto=dhcp`
        : undefined;
    });
    if (wrong.length === 0 || wrong.includes(undefined)) return bonds;
    return [...bonds, { at: described[0]!, message: `the network ${wrong[0]!}` }];
  },
};
