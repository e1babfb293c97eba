import { build } from "../../builder/main";
import type { PhaseName } from "../../builder/phases";
import type { Manifest } from "../../store/manifest";
import { UserError } from "../../util/user-error";

/** How a build ended: with an image, or with a message for the user. */
export interface Ended {
  readonly manifest?: Manifest;
  readonly error?: UserError;
  readonly lines: readonly string[];
}

/** Runs a build here and calls back whenever a phase begins. An error that is no `UserError` is thrown. */
export async function watchedBuild(
  file: string,
  onPhase: (phase: PhaseName) => void = () => undefined,
): Promise<Ended> {
  const lines: string[] = [];
  const write = (line: string): void => {
    lines.push(line);
    const phase = /^ *[\d.]+ s {2}([a-z]+)(?: |$)/.exec(line)?.[1];
    if (phase !== undefined) onPhase(phase as PhaseName);
  };
  try {
    return { manifest: await build(file, { write }), lines };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { error, lines };
  }
}
