import type { ImageContext, CheckedImage } from "../../kickstart/checks/context";
import { CheckedKickstart } from "../../kickstart/checks/kickstart";
import type { ParsedCommand, ParsedKickstart, ParsedSection } from "../../kickstart/checks/parsed";
import { OsRelease } from "../../recipe/release";

/** A command as the parser tells it: accepted, in line 1 unless said otherwise. */
export function command(
  name: string,
  values: Record<string, unknown> = {},
  more: Partial<ParsedCommand> = {},
): ParsedCommand {
  return { name, file: "ks.cfg", line: 1, args: [], accepted: true, values, unknown: [], ...more };
}

/** A section as the parser tells it. */
export function section(name: string, body: string, line = 1): ParsedSection {
  return { name, file: "ks.cfg", line, args: [], body, closed: true };
}

/** A kickstart of these commands, without a parser. */
export function parsed(
  commands: readonly ParsedCommand[],
  more: Partial<ParsedKickstart> = {},
  text = "",
): CheckedKickstart {
  const packages = { groups: [], excludedGroups: [] };
  const rest = { problems: [], sections: [], packages, includes: [], unresolved: [], complete: true };
  return new CheckedKickstart("ks.cfg", text, { commands, ...rest, ...more });
}

/** An image of Rocky Linux 9. */
export function image(context: ImageContext = {}, release: OsRelease = OsRelease.ROCKY_9): CheckedImage {
  return { release, today: new Date("2026-11-01"), ...context };
}
