import type { Rule } from "../rule";
import { nearest } from "../spelling";

/**
 * Environments and groups that kickstarts usually name: `comps.xml` of Enterprise Linux 7 to 10 and Fedora. Others
 * exist; only a name close to one of these is reported.
 */
const ENVIRONMENTS = [
  "minimal",
  "minimal-environment",
  "server-product-environment",
  "graphical-server-environment",
  "workstation-product-environment",
  "virtualization-host-environment",
  "custom-environment",
  "infrastructure-server-environment",
  "gnome-desktop-environment",
  "cloud-server-environment",
  "basic-desktop-environment",
];
const GROUPS = [
  "core",
  "base",
  "base-x",
  "standard",
  "fonts",
  "development",
  "guest-agents",
  "hardware-support",
  "headless-management",
  "container-management",
];

export const misspeltGroup: Rule = {
  code: "KS603",
  severity: "error",
  title: "misspelt package group or environment",
  why: "pykickstart takes any name after `@`; the installer stops at one that its repositories do not have.",
  remedy: "Write the name as `dnf group list --ids` shows it.",
  check(kickstart) {
    return kickstart.parsed.sections
      .filter(({ name }) => name === "%packages")
      .flatMap((section) =>
        section.body.split("\n").flatMap((line, index) => {
          const match = /^\s*-?@(\^?)\s*([\w-]+)\s*(#.*)?$/.exec(line);
          const [name, known] = [match?.[2] ?? "", match?.[1] ? ENVIRONMENTS : GROUPS];
          const meant = match && !known.includes(name.toLowerCase()) ? nearest(name, known) : undefined;
          if (!meant) return [];
          const at = { file: section.file, line: section.line + 1 + index };
          return [
            { at, message: `there is no ${match?.[1] ? "environment" : "group"} ${name}: did you mean ${meant}?` },
          ];
        }),
      );
  },
};
