import type { Cause } from "./cause";

/** The installer cannot fetch the kickstart. */
export const kickstartUnreachable: Cause = {
  name: "kickstart unreachable",
  sources: ["console", "installer"],
  pattern:
    /failed to fetch kickstart from|demo installer: error: (?:the kickstart \S+ cannot be read|\S*ks\.cfg cannot be read)/,
  remedy: 'compare the address in the boot command with the one that Packer serves; delivery "cd" needs no network',
  examples: [
    {
      line: "dracut-initqueue[607]: Warning: failed to fetch kickstart from http://192.168.122.1:1024/static/layers/rhel-server-7/install.ks",
      seenIn: "https://github.com/RedHatEMEA/demobuilder/issues/76",
    },
    {
      line: "demo installer: error: http://10.0.2.2:8101/no-such/ks.cfg cannot be read: server returned error: HTTP/1.1 404 Not Found",
      seenIn: "this project's demo installer",
    },
  ],
};
