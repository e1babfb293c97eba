import { isIPv4, isIPv6 } from "node:net";
import { text, type CheckedKickstart } from "../kickstart";
import type { ParsedCommand } from "../parsed";
import type { Hit, Rule } from "../rule";

export const networkValue: Rule = {
  code: "KS708",
  severity: "error",
  title: "network value that cannot be one",
  why: "pykickstart takes any text after the options of `network`. The installer refuses a wrong host name and configures nothing with a wrong address, VLAN or MTU, so that the network is not up. (Anaconda, modules/network)",
  remedy: "Write addresses as four numbers up to 255, a VLAN from 1 to 4094, an MTU from 68 to 65535.",
  check(kickstart) {
    return [...kickstart.accepted("network").flatMap(wrong), ...addresses(kickstart)];
  },
};

/** What each option takes, by pykickstart's attribute. */
const OPTIONS: readonly (readonly [
  attribute: string,
  option: string,
  isRight: (value: string) => boolean,
  write: string,
])[] = [
  ["gateway", "--gateway", isIPv4, "four numbers up to 255"],
  ["ip", "--ip", isIPv4, "four numbers up to 255, and the mask after --netmask"],
  ["netmask", "--netmask", isNetmask, "a mask such as 255.255.255.0"],
  ["ipv6", "--ipv6", isIPv6Value, "an IPv6 address, auto, dhcp or ignore"],
  ["ipv6gateway", "--ipv6gateway", isIPv6, "an IPv6 address"],
  ["vlanid", "--vlanid", (value) => isBetween(value, 1, 4094), "a number from 1 to 4094"],
  ["mtu", "--mtu", (value) => isBetween(value, 68, 65535), "a number from 68 to 65535"],
  ["hostname", "--hostname", isHostName, "letters, digits and dashes, at most 64 characters"],
];

function wrong(command: ParsedCommand): Hit[] {
  const single = OPTIONS.filter(([attribute, , isRight]) => {
    const value = text(command, attribute);
    return value !== "" && !/[$@{<]/.test(value) && !isRight(value);
  });
  const hits: Hit[] = single.map(([attribute, option, , write]) => ({
    at: command,
    message: `network ${option} ${text(command, attribute)} is wrong: write ${write}`,
  }));
  const servers = text(command, "nameserver")
    .split(",")
    .map((server) => server.trim());
  const bad = servers.find((server) => server !== "" && !/[$@{<]/.test(server) && !isIPv4(server) && !isIPv6(server));
  if (bad !== undefined)
    hits.push({
      at: command,
      message: `network --nameserver ${bad} is no address: write addresses, separated by commas`,
    });
  const device = text(command, "interfacename") || text(command, "device");
  const isMac = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(device);
  if ((device.includes(":") && !isMac && !/^vlan|[$@{<]/.test(device)) || /^\d+$/.test(device)) {
    hits.push({ at: command, message: `network --device ${device} is no device: write link, a name or a MAC address` });
  }
  if (device.length > 15 && !/[:$@{<]/.test(device)) {
    hits.push({ at: command, message: `network device ${device} has more than 15 characters: write a shorter name` });
  }
  return hits;
}

/** Addresses that are right each, but not together. */
function addresses(kickstart: CheckedKickstart): Hit[] {
  return kickstart.accepted("network").flatMap((command): Hit[] => {
    const [ip, gateway, netmask] = [text(command, "ip"), text(command, "gateway"), text(command, "netmask")];
    const mask = /^\d+$/.test(netmask) ? maskOf(Number(netmask)) : toBits(netmask);
    const [a, g] = [toBits(ip), toBits(gateway)];
    if (a === undefined || mask === undefined || text(command, "bootProto") === "dhcp") return [];
    const host = (a & ~mask) >>> 0;
    const hits: Hit[] = [];
    if (~mask >>> 0 > 1 && (host === 0 || host === ~mask >>> 0)) {
      hits.push({
        at: command,
        message: `network --ip ${ip} is the ${host === 0 ? "network itself" : "broadcast address"}: write a host's address`,
      });
    }
    if (g === a)
      hits.push({
        at: command,
        message: `network --gateway ${gateway} is the machine itself: write the router's address`,
      });
    else if (g !== undefined && (g & mask) !== (a & mask) && ~mask >>> 0 > 0) {
      hits.push({
        at: command,
        message: `network --gateway ${gateway} is not in the subnet of --ip ${ip}: mend --gateway or --netmask`,
      });
    }
    return hits;
  });
}

function isBetween(value: string, from: number, to: number): boolean {
  return /^\d+$/.test(value) && Number(value) >= from && Number(value) <= to;
}

/** A mask as numbers or as a prefix's length; its ones come first. */
function isNetmask(value: string): boolean {
  if (/^\d{1,2}$/.test(value)) return Number(value) <= 32;
  const mask = toBits(value);
  return mask !== undefined && mask !== 0 && ((~mask >>> 0) & ((~mask >>> 0) + 1)) === 0;
}

function maskOf(prefix: number): number {
  return prefix === 0 ? 0 : (~0 << (32 - prefix)) | 0;
}

function isIPv6Value(value: string): boolean {
  const [address = "", prefix] = value.split("/");
  return (
    ["auto", "dhcp", "ignore"].includes(value) ||
    (isIPv6(address) && (prefix === undefined || isBetween(prefix, 0, 128)))
  );
}

/** RFC 1123, as Anaconda reads it: also "localhost.localdomain". */
function isHostName(name: string): boolean {
  const labels = name.replace(/\.$/, "").split(".");
  return name.length <= 64 && labels.every((label) => /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label));
}

function toBits(address: string): number | undefined {
  return isIPv4(address) ? address.split(".").reduce((bits, part) => (bits << 8) | Number(part), 0) : undefined;
}
