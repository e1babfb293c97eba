import { text } from "../kickstart";
import { versionOf } from "../layout";
import type { Hit, Rule } from "../rule";
import { nearest } from "../spelling";

const FEATURES = [
  ...[
    "with-mkhomedir",
    "with-faillock",
    "with-fingerprint",
    "with-smartcard",
    "with-sudo",
    "with-pamaccess",
    "with-subid",
  ],
  ...[
    "with-pwhistory",
    "with-silent-lastlog",
    "without-nullok",
    "with-gssapi",
    "with-files-domain",
    "with-mdns4",
    "with-krb5",
  ],
];

export const authselect: Rule = {
  code: "KS318",
  severity: "warning",
  title: "authselect without a profile of the release",
  why: "The installer runs authselect with what the line says and goes on if that fails. Profiles are sssd and winbind, until Enterprise Linux 9 minimal, from 10 on local. (https://github.com/authselect/authselect, profiles)",
  remedy: "Write `authselect select sssd`, or leave the line out: the default is sound.",
  check(kickstart, { release }) {
    const isNew = versionOf(release.dialect) >= 10;
    const profiles = ["sssd", "winbind", isNew ? "local" : "minimal", ...(release.dialect === "rhel8" ? ["nis"] : [])];
    return kickstart.accepted("authselect").flatMap((command): Hit[] => {
      const [action = "", profile = ""] = text(command, "authselect").split(/\s+/);
      if (action.startsWith("-") || /[$@{<]/.test(action + profile)) return [];
      if (action !== "select") {
        return ["enable-feature", "disable-feature", "apply-changes", "create-profile", "opt-out"].includes(action)
          ? []
          : [{ at: command, message: `authselect ${action} is no command: write authselect select sssd` }];
      }
      const feature = text(command, "authselect")
        .split(/\s+/)
        .slice(2)
        .find((word) => !FEATURES.includes(word) && nearest(word, FEATURES));
      if (feature)
        return [
          { at: command, message: `authselect has no feature ${feature}: did you mean ${nearest(feature, FEATURES)}?` },
        ];
      if (profiles.includes(profile) || profile.startsWith("custom/")) return [];
      const meant = nearest(profile, profiles);
      return [
        {
          at: command,
          message: `${release.title} has no authselect profile ${profile}: write ${meant ?? profiles.join(", ")}`,
        },
      ];
    });
  },
};
