import { elapsed, Progress } from "../util/progress";
import { type Cell, textTable } from "../util/text-table";
import { stopRunning } from "../util/run";
import { onEndSignal } from "../util/signals";
import { ensure, type Finding, type Step } from "./ensure";

/** What is found of every step's tools. Changes nothing. */
export async function findTools(steps: readonly Step[]): Promise<Finding[]> {
  return (await Promise.all(steps.map(async (step) => step.find()))).flat();
}

/**
 * Gets what is missing, and reports its progress to `out`. An interrupted set-up ends the process with exit code 130;
 * what is done is kept.
 * @throws UserError for what cannot be had, with exit code 3 for what only the user can install
 */
export async function setUp(steps: readonly Step[], out: NodeJS.WriteStream = process.stdout): Promise<void> {
  const start = Date.now();
  const progress = new Progress(out);
  const result = await ensure(steps, progress, endOnSignal);
  progress.line(`set-up: ${result} (${elapsed(Date.now() - start)})`);
}

/** The findings as a table: tool, version, where it comes from, what to do if it is missing. */
export function findingsTable(findings: readonly Finding[]): string {
  const rows = findings.map(({ tool, version, source, remedy, optional }) => {
    const where: Cell = { text: source ?? "missing", ...(!source && { colour: optional ? "yellow" : "red" }) };
    return [tool, version ?? "-", where, remedy ?? ""];
  });
  return textTable(["tool", "version", "where", "what to do"], rows);
}

/** Ctrl-C reaches the children by itself; a signal to this process alone is passed on. */
function endOnSignal(release: () => void): void {
  onEndSignal(() => {
    stopRunning();
    release();
    process.stderr.write("\nset-up: interrupted; what is done is kept, and the next run goes on\n");
    process.exit(130);
  });
}
