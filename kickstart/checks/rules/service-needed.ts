import { list } from "../kickstart";
import { versionOf } from "../layout";
import { buildLogin } from "../login";
import type { Hit, Rule } from "../rule";

/** Services without which a system does not come up. */
const BASE = [
  "dbus",
  "dbus-broker",
  "dbus.socket",
  "systemd-logind",
  "systemd-udevd",
  "systemd-journald",
  "local-fs.target",
  "multi-user.target",
];

export const serviceNeeded: Rule = {
  code: "KS322",
  severity: "error",
  title: "service switched off that the system needs",
  why: "Without D-Bus, udev or logind the image does not come up; without its network service the build cannot log in. (systemd(1))",
  remedy: "Take the service out of --disabled.",
  check(kickstart, image) {
    const login = buildLogin(kickstart, image);
    const others = kickstart.accepted("services").flatMap((line) => list(line, "enabled"));
    const hasOther = others.some((name) => /^(systemd-networkd|network)(\.service)?$/.test(name));
    const needed = login && versionOf(image.release.dialect) >= 8 && !hasOther ? [...BASE, "NetworkManager"] : BASE;
    return kickstart.accepted("services").flatMap((command): Hit[] =>
      list(command, "disabled")
        .filter((name) => needed.includes(name.replace(/\.service$/, "")))
        .map((name) => ({
          at: command,
          message: `services disables ${name}, without which ${name.startsWith("NetworkManager") ? "the build cannot log in" : "the image does not come up"}: take it out`,
        })),
    );
  },
};
