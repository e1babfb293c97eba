import { list, text } from "../kickstart";
import type { Hit, Rule } from "../rule";

export const timeSource: Rule = {
  code: "KS319",
  severity: "warning",
  title: "time server that cannot be one",
  why: "The name goes into chrony's configuration as it is; with a wrong one the clock is not kept, and the installation goes on. (Anaconda, timezone module; chrony.conf(5))",
  remedy: "Write a host's name or address, such as 2.pool.ntp.org.",
  check(kickstart) {
    return kickstart.accepted("timezone", "timesource").flatMap((command): Hit[] => {
      const servers = [...list(command, "ntpservers"), text(command, "ntp_server"), text(command, "ntp_pool")];
      return servers
        .filter((server) => server !== "" && !/[$@{<]/.test(server))
        .filter(
          (server) => !/^[A-Za-z0-9]([\w-]*)(\.[\w-]+)*\.?$/.test(server) && !/^[0-9a-f:]*:[0-9a-f:]*$/i.test(server),
        )
        .map((server) => ({
          at: command,
          message: `the time server ${server} is no host: write its name or address alone`,
        }));
    });
  },
};
