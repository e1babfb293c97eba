import type { Cause, Source } from "./cause";
import { kernelPanic } from "./kernel-panic";
import { kickstartSyntax } from "./kickstart-syntax";

/** Every known cause; the first that matches a line is the one. */
export const CAUSES: readonly Cause[] = [kickstartSyntax, kernelPanic];

/** The cause that a line proves, if it proves one. */
export function causeOf(source: Source, line: string): Cause | undefined {
  return CAUSES.find(({ sources, pattern }) => sources.includes(source) && pattern.test(line));
}
