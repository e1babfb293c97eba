import { onBootLine } from "../context";
import { flag, text } from "../kickstart";
import { hostOf, networkPlaces } from "../install-source";
import type { Rule } from "../rule";

export const networkMissing: Rule = {
  code: "KS703",
  severity: "error",
  title: "network that cannot reach the source",
  why: "Packages or the image are fetched over the network, and the kickstart turns it off, or sets up none although it comes on a CD, so that nothing else has started the network before: Enterprise Linux 7 then has none, later ones try DHCP by themselves.",
  remedy: "Write `network --bootproto=dhcp --device=link --activate`.",
  check(kickstart, image) {
    const first = networkPlaces(kickstart)[0];
    if (!first || kickstart.isPartial || onBootLine(image, "ip")) return [];
    const lines = kickstart.all("network");
    const fetched = `${first.command.name} fetches from ${first.place}`;
    if (lines.length === 0 && image.delivery === "cd") {
      const message = `${fetched}, but there is no network line: write \`network --bootproto=dhcp --device=link --activate\``;
      return [{ at: first.command, message, severity: image.release.dialect === "rhel7" ? "error" : "warning" }];
    }
    const host = networkPlaces(kickstart)
      .map(({ place }) => hostOf(place) ?? "")
      .find((name) => /[A-Za-z]/.test(name) && !name.startsWith("[") && name !== "localhost");
    const nameless = lines.find((line) => flag(line, "nodns"));
    if (host && nameless && lines.length === 1 && text(nameless, "nameserver") === "") {
      return [{ at: nameless, message: `${fetched}, but --nodns leaves nobody to find ${host} by: take it out` }];
    }
    const off = lines.find((line) => flag(line, "noipv4") && (flag(line, "noipv6") || text(line, "ipv6") === "ignore"));
    if (!off || lines.length > 1) return [];
    return [
      { at: off, message: `${fetched}, but this line turns IPv4 and IPv6 off: write \`network --bootproto=dhcp\`` },
    ];
  },
};
