import { flag, list, text, type CheckedKickstart } from "../kickstart";
import { packageLines } from "../packages";
import type { ParsedCommand } from "../parsed";
import type { Hit, Rule } from "../rule";

/** Options of which one excludes the others, though pykickstart takes all and keeps the last. */
const ALTERNATIVES: readonly (readonly [command: string, options: readonly string[]])[] = [
  ["selinux", ["--enforcing", "--permissive", "--disabled"]],
  ["firewall", ["--enabled|--enable", "--disabled|--disable"]],
  ["firstboot", ["--enable|--enabled", "--disable|--disabled"]],
  ["rootpw", ["--plaintext", "--iscrypted"]],
  ["user", ["--plaintext", "--iscrypted"]],
];

export const contradiction: Rule = {
  code: "KS320",
  severity: "warning",
  title: "options or lines that contradict each other",
  why: "pykickstart takes both and keeps the last, whichever was meant; of a service that is enabled and disabled, enabling wins.",
  remedy: "Keep one.",
  check(kickstart) {
    return [
      ...options(kickstart),
      ...modes(kickstart),
      ...firewall(kickstart),
      ...services(kickstart),
      ...repeated(kickstart),
      ...addresses(kickstart),
    ];
  },
};

function options(kickstart: CheckedKickstart): Hit[] {
  return ALTERNATIVES.flatMap(([name, alternatives]) =>
    kickstart.accepted(name).flatMap((command): Hit[] => {
      const given = alternatives.flatMap((names) => command.args.find((arg) => names.split("|").includes(arg)) ?? []);
      if (given.length > 1) return [{ at: command, message: `${name} has ${given.join(" and ")}: keep one` }];
      if (name !== "selinux" || given.length === 1) return [];
      return [{ at: command, message: "selinux says no mode: write --enforcing, --permissive or --disabled" }];
    }),
  );
}

function modes(kickstart: CheckedKickstart): Hit[] {
  const found = kickstart.accepted("text", "cmdline", "graphical");
  const last = found.at(-1);
  if (!last || new Set(found.map(({ name }) => name)).size < 2) return [];
  const names = found.map(({ name, line }) => `${name} (line ${line})`).join(", ");
  return [{ at: last, message: `${names}: only the last counts; keep one` }];
}

/** A firewall that is off is given no services. */
function firewall(kickstart: CheckedKickstart): Hit[] {
  return kickstart.accepted("firewall").flatMap((at): Hit[] => {
    const given = [...list(at, "services"), ...list(at, "ports")];
    if (flag(at, "enabled") || given.length === 0) return [];
    return [{ at, message: `firewall is disabled, and ${given.join(", ")} means nothing: keep one` }];
  });
}

function services(kickstart: CheckedKickstart): Hit[] {
  const lines = kickstart.accepted("services");
  const enabled = new Map<string, ParsedCommand>(
    lines.flatMap((line) => list(line, "enabled").map((name) => [unit(name), line])),
  );
  return lines.flatMap((line) =>
    list(line, "disabled")
      .filter((name) => enabled.has(unit(name)))
      .map((name) => ({ at: line, message: `services enables and disables ${name}: keep one` })),
  );
}

/** Commands of which one line counts. */
const ONCE = ["rootpw", "lang", "timezone", "selinux", "firewall", "bootloader", "authselect", "liveimg"];

function repeated(kickstart: CheckedKickstart): Hit[] {
  const lines = ONCE.flatMap((name): Hit[] => {
    const found = kickstart.accepted(name);
    const [first, last] = [found[0], found.at(-1)];
    if (!first || !last || new Set(found.map(({ args }) => args.join(" "))).size < 2) return [];
    return [{ at: last, message: `${name} is on line ${first.line} too, and only the last counts: keep one` }];
  });
  const environments = packageLines(kickstart).filter(({ content }) => content.startsWith("@^"));
  const last = environments.at(-1);
  if (!last || new Set(environments.map(({ content }) => content)).size < 2) return lines;
  const { content, file, line } = last;
  return [
    ...lines,
    { at: { file, line }, message: `${content} is the second environment, and only the last counts: keep one` },
  ];
}

function addresses(kickstart: CheckedKickstart): Hit[] {
  return kickstart
    .accepted("network")
    .filter((line) => line.args.some((arg) => /^(--bootproto=)?dhcp$/.test(arg)) && text(line, "ip") !== "")
    .map((at) => ({
      at,
      message: `network has --bootproto=dhcp and --ip ${text(at, "ip")}, which is left out: keep one`,
    }));
}

function unit(name: string): string {
  return name.replace(/\.service$/, "");
}
