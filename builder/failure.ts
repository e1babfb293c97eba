import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { printable } from "../util/lines";
import { UserError } from "../util/user-error";
import { asHostError } from "../host/file-error";
import type { ImagePaths } from "../store/layout";
import { pngOfPpm } from "../util/png";
import type { Diagnosis } from "./causes/cause";
import type { Redaction } from "./redaction";
import type { PhaseName } from "./phases";
import type { WorkFolder } from "./work-folder";

/** How many lines of the console the report has: as many as its screen. */
const REPORTED_LINES = 24;

/** Longest line of the report, in characters. */
const LONGEST_LINE = 300;

/** A failed build: what is printed, and saved as `failure.json`. */
export interface Failure extends Diagnosis {
  readonly phase: PhaseName;
  readonly seconds: number;
  /** The last lines of the guest's console, as on its screen. */
  readonly console: readonly string[];
  /** The folder with the evidence, or why it could not be saved. */
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
 * Saves the evidence of a failure, without secrets, in `<store>/<name>/.failed`: the logs and the screenshot of a work
 * folder, and `screen.txt`, which has the console as a person would have read it. Deletes the unfinished disk first, to
 * make room. If the evidence still cannot be written, the failure's `evidence` says why. `console` has all lines that the
 * console's terminal kept.
 */
export function saveEvidence(
  paths: ImagePaths,
  work: WorkFolder,
  { reason, proof, console, ...failure }: Omit<Failure, "evidence">,
  redaction: Redaction,
  now: Date = new Date(),
): Failure {
  const screen = redaction.lines(console).map(printable);
  const redacted = {
    ...failure,
    reason: fitForReport(redaction.text(reason)),
    ...(proof !== undefined && { proof: fitForReport(redaction.text(proof)) }),
    console: screen.slice(-REPORTED_LINES).map(fitForReport),
  };
  try {
    rmSync(work.output, { recursive: true, force: true });
    const whole: Failure = { ...redacted, evidence: makeEvidenceFolder(paths, now) };
    for (const file of [work.console, work.installerLog, work.firmwareLog, work.packerLog]) {
      if (existsSync(file)) redaction.copy(file, join(whole.evidence, basename(file)));
    }
    savePicture(work, whole.evidence);
    writeFileSync(join(whole.evidence, "screen.txt"), screen.map((line) => `${line}\n`).join(""));
    writeFileSync(join(whole.evidence, "failure.json"), `${JSON.stringify(whole, null, 2)}\n`);
    return whole;
  } catch (error) {
    const refusal = asHostError(error, paths.failed);
    if (!(refusal instanceof UserError)) throw error;
    return { ...redacted, evidence: `not saved: ${refusal.message}` };
  }
}

function fitForReport(line: string): string {
  const text = printable(line);
  return text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}...` : text;
}

/** Makes a folder named by the current second, or by the next one that is free. */
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

/** Writes `screenshot.png` into a folder, if a picture was taken. */
export function savePicture(work: WorkFolder, folder: string): void {
  if (existsSync(work.screenshot)) {
    writeFileSync(join(folder, "screenshot.png"), pngOfPpm(readFileSync(work.screenshot)));
  }
}

function report(image: string, failure: Failure): string {
  const { reason, proof, remedy, phase, seconds, console, evidence } = failure;
  const lines = [`the build of ${image} failed in phase "${phase}" after ${seconds.toFixed(1)} s: ${reason}`];
  if (proof !== undefined) lines.push(`  shown by: ${proof}`);
  if (remedy !== undefined) lines.push(`  what to do: ${remedy}`);
  if (console.length > 0) lines.push("  last lines of the guest's console:", ...console.map((line) => `    | ${line}`));
  lines.push(`  logs and screenshot: ${evidence}`);
  return lines.join("\n");
}
