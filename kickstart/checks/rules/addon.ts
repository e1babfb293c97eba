import { versionOf } from "../layout";
import type { Hit, Rule } from "../rule";

/** Add-ons of the installer, and the Enterprise Linux that have each (their packages' repositories). */
const ADDONS: Readonly<Record<string, readonly number[]>> = {
  com_redhat_kdump: [7, 8, 9, 10],
  org_fedora_oscap: [7, 8],
  com_redhat_oscap: [8, 9, 10],
  com_redhat_subscription_manager: [7, 8, 9],
  /** Written by the installer itself into anaconda-ks.cfg. */
  ADDON_placeholder: [7, 8, 9, 10],
  org_fedora_hello_world: [7, 8, 9, 10],
};

export const addon: Rule = {
  code: "KS323",
  severity: "warning",
  title: "add-on that the release's installer does not have",
  why: "The installer passes a section of an add-on over that it does not have: nothing of it is done. (https://github.com/OpenSCAP/oscap-anaconda-addon, kdump-anaconda-addon)",
  remedy: "Write the add-on's name in this release, such as com_redhat_oscap since Enterprise Linux 9.",
  check(kickstart, { release }) {
    return kickstart.parsed.sections
      .filter(({ name }) => name === "%addon")
      .flatMap((at): Hit[] => {
        const [name = ""] = at.args;
        if (
          release.dialect.startsWith("fedora") ||
          ADDONS[name]?.includes(versionOf(release.dialect)) ||
          /[$@{<]/.test(name)
        )
          return [];
        const known = Object.keys(ADDONS).filter(
          (one) => ADDONS[one]!.includes(versionOf(release.dialect)) && one.startsWith("com_redhat_"),
        );
        return [
          {
            at,
            message: `the installer of ${release.title} has no add-on ${name || "without a name"}: it has ${known.join(", ")}`,
          },
        ];
      });
  },
};
