import { firewallServices } from "../facts/firewall-services";
import { list } from "../kickstart";
import { versionOf } from "../layout";
import type { Hit, Rule } from "../rule";
import { nearest } from "../spelling";

export const firewallService: Rule = {
  code: "KS314",
  severity: "warning",
  title: "firewall service or port that does not exist",
  why: "The installer hands the line to firewall-offline-cmd and goes on if that refuses it: then none of the line is set up. (Anaconda, modules/network/firewall; firewalld, config/services)",
  remedy: "Write a service of `firewall-cmd --get-services`, and ports as NUMBER:tcp or NUMBER:udp.",
  check(kickstart, { release }) {
    const known = firewallServices(versionOf(release.dialect));
    return kickstart.accepted("firewall").flatMap((command): Hit[] => [
      ...[...list(command, "services"), ...list(command, "remove_services")]
        .filter((name) => name !== "" && !/[$@{<]/.test(name) && !known.has(name))
        .map((name) => {
          const meant = nearest(name, [...known]) ?? [...known].find((one) => one.toLowerCase() === name.toLowerCase());
          const write = meant ? `did you mean ${meant}?` : "write its port, such as --port=8080:tcp";
          return { at: command, message: `firewalld of ${release.title} has no service ${name}: ${write}` };
        }),
      ...list(command, "ports")
        .filter((port) => !/[$@{<]/.test(port) && !isPort(port))
        .map((port) => ({
          at: command,
          message: `firewall --port ${port} is no port: write NUMBER:tcp or NUMBER:udp, up to 65535`,
        })),
    ]);
  },
};

/** A number, a range or a name of /etc/services, and its protocol. */
function isPort(port: string): boolean {
  const match = /^(?:(\d+)(?:-(\d+))?|[a-z][\w-]*):(tcp|udp|sctp|dccp)$/.exec(port);
  const [from, to] = [Number(match?.[1] ?? 1), Number(match?.[2] ?? match?.[1] ?? 1)];
  return match !== null && from >= 1 && to <= 65535 && from <= to;
}
