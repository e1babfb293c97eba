import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { UserError } from "../util/user-error";
import { asHostError } from "../store/host-error";
import type { ImagePaths } from "../store/layout";
import { pngOfPpm } from "./png";
import type { Redaction } from "./redaction";
import type { StateName } from "./states";
import type { WorkFolder } from "./work-folder";

/** Why a build ended without an image. */
export interface Verdict {
  /** Name of a known cause, or "unknown". */
  readonly cause: string;
  /** One sentence, lower case. */
  readonly reason: string;
  /** The line that proves it. */
  readonly proof?: string;
  readonly remedy?: string;
}

/** A failed build: what is printed, and kept as `failure.json`. */
export interface Failure extends Verdict {
  readonly state: StateName;
  readonly seconds: number;
  /** The last lines of the guest's console. */
  readonly console: readonly string[];
  /** The folder with the evidence, or why it could not be kept. */
  readonly evidence: string;
}

/** The error that a failed build ends with. Its message is the whole report. */
export class BuildFailed extends UserError {
  constructor(
    image: string,
    readonly failure: Failure,
  ) {
    super(report(image, failure), 1);
    this.name = "BuildFailed";
  }
}

/**
 * Saves a work folder's logs, without secrets, and picture beside the store's images, before the folder goes. The
 * unfinished disk goes first, which makes room for them where there is none. What then still cannot be written does not
 * hide the failure.
 */
export function keepEvidence(
  paths: ImagePaths,
  work: WorkFolder,
  { reason, proof, console, ...failure }: Omit<Failure, "evidence">,
  redaction: Redaction,
  now: Date = new Date(),
): Failure {
  const told = {
    ...failure,
    reason: redaction.text(reason),
    ...(proof !== undefined && { proof: redaction.text(proof) }),
    console: console.map((line) => redaction.text(line)),
  };
  try {
    rmSync(work.output, { recursive: true, force: true });
    const whole: Failure = { ...told, evidence: makeEvidenceFolder(paths, now) };
    for (const file of [work.console, work.installerLog, work.firmwareLog, work.packerLog]) {
      if (existsSync(file)) redaction.copy(file, join(whole.evidence, basename(file)));
    }
    savePicture(work, whole.evidence);
    writeFileSync(join(whole.evidence, "failure.json"), `${JSON.stringify(whole, null, 2)}\n`);
    return whole;
  } catch (error) {
    const refusal = asHostError(error, paths.failed);
    if (!(refusal instanceof UserError)) throw error;
    return { ...told, evidence: `not kept: ${refusal.message}` };
  }
}

/** A folder of its own, named by the second: where there is one of that second already, by the next free one. */
function makeEvidenceFolder({ failed, shortFingerprint }: ImagePaths, now: Date): string {
  mkdirSync(failed, { recursive: true });
  for (let time = now.getTime(); ; time += 1000) {
    const stamp = new Date(time).toISOString().replace(/[-:]/g, "").replace(/\..*/, "Z");
    const folder = join(failed, `${shortFingerprint}-${stamp}`);
    if (!existsSync(folder)) {
      mkdirSync(folder, { mode: 0o700 });
      return folder;
    }
  }
}

/** Writes `screenshot.png` into a folder, from the last picture that was taken, if there is one. */
export function savePicture(work: WorkFolder, folder: string): void {
  if (existsSync(work.screenshot)) {
    writeFileSync(join(folder, "screenshot.png"), pngOfPpm(readFileSync(work.screenshot)));
  }
}

function report(image: string, failure: Failure): string {
  const { reason, proof, remedy, state, seconds, console, evidence } = failure;
  const lines = [`the build of ${image} failed in state "${state}" after ${seconds.toFixed(1)} s: ${reason}`];
  if (proof !== undefined) lines.push(`  shown by: ${proof}`);
  if (remedy !== undefined) lines.push(`  what to do: ${remedy}`);
  if (console.length > 0) lines.push("  last lines of the guest's console:", ...console.map((line) => `    | ${line}`));
  lines.push(`  logs and screenshot: ${evidence}`);
  return lines.join("\n");
}
