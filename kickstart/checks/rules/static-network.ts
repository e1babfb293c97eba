import { flag, list, text, type CheckedKickstart } from "../kickstart";
import type { ParsedCommand } from "../parsed";
import type { Hit, Rule } from "../rule";
import { hostOf, networkPlaces } from "../install-source";

export const staticNetwork: Rule = {
  code: "KS704",
  severity: "error",
  title: "static network that is not complete",
  why: "A static address needs a netmask; without a gateway only its own subnet is reached, and without a name server no host name. pykickstart checks none of this.",
  remedy: "Write `network --bootproto=static --ip=... --netmask=... --gateway=... --nameserver=...`.",
  check(kickstart) {
    return kickstart
      .accepted("network")
      .filter((line) => text(line, "bootProto") === "static" && !flag(line, "noipv4"))
      .flatMap((line) => incomplete(kickstart, line));
  },
};

function incomplete(kickstart: CheckedKickstart, line: ParsedCommand): Hit[] {
  const lacks = [
    ...(text(line, "ip") === "" ? ["--ip"] : []),
    ...(text(line, "netmask") === "" && !text(line, "ip").includes("/") ? ["--netmask"] : []),
  ];
  if (lacks.length > 0)
    return [{ at: line, message: `the static network lacks ${lacks.join(" and ")}: add ${lacks.join(" and ")}` }];
  const hosts = networkPlaces(kickstart).flatMap(({ place }) => hostOf(place) ?? []);
  const only = kickstart.accepted("network").filter((other) => text(other, "bootProto") !== "static").length === 0;
  if (!only || hosts.length === 0) return [];
  const named = hosts.find((host) => !/^[\d.]+$|^\[/.test(host) && host !== "localhost");
  if (named && text(line, "nameserver") === "" && list(line, "nameserver").length === 0) {
    return [{ at: line, message: `the static network has no --nameserver to find ${named} by: add one` }];
  }
  const far = hosts.find((host) => !isNear(host, text(line, "ip"), text(line, "netmask")));
  if (far && text(line, "gateway") === "") {
    return [{ at: line, message: `the static network has no --gateway to reach ${far} by: add one` }];
  }
  return [];
}

/** Whether an IPv4 address is in the subnet; a name never is. */
function isNear(host: string, ip: string, netmask: string): boolean {
  const [a, b, mask] = [toBits(host), toBits(ip), toBits(netmask)];
  if (a === undefined || b === undefined || mask === undefined) return false;
  return (a & mask) === (b & mask);
}

function toBits(address: string): number | undefined {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return parts.reduce((bits, part) => (bits << 8) | part, 0);
}
