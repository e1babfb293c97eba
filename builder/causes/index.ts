import type { Cause, Source } from "./cause";
import { HOST_CAUSES } from "./host";
import { INSTALLER_CAUSES } from "./installer";
import { START_CAUSES } from "./start";
import { SYSTEM_CAUSES } from "./system";

/** Every known cause, the narrower before the wider: of those that show, the first is the one. */
export const CAUSES: readonly Cause[] = [...START_CAUSES, ...INSTALLER_CAUSES, ...SYSTEM_CAUSES, ...HOST_CAUSES];

/** The cause that a line is a sign of, whether or not it is already proved. */
export function causeOf(source: Source, line: string): Cause | undefined {
  return CAUSES.find(({ signs }) =>
    signs.some(({ sources, pattern }) => sources.includes(source) && pattern.test(line)),
  );
}
