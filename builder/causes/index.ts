import type { Cause, Source } from "./cause";
import { HOST_CAUSES } from "./host";
import { INSTALLER_CAUSES } from "./installer";
import { SYSTEM_CAUSES } from "./system";

/** Every known cause, the narrower before the wider: the first that matches a line is the one. */
export const CAUSES: readonly Cause[] = [...INSTALLER_CAUSES, ...SYSTEM_CAUSES, ...HOST_CAUSES];

/** The cause that a line shows, if it shows one. */
export function causeOf(source: Source, line: string): Cause | undefined {
  return CAUSES.find(({ sources, pattern }) => sources.includes(source) && pattern.test(line));
}
