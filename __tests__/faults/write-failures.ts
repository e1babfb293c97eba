import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { CAUSES } from "../../builder/causes";
import type { FailureRow } from "../support/failure-table";

/**
 * Runs the tests that make builds fail, and writes docs/failures.md from what they were told:
 *
 *   tsx __tests__/faults/write-failures.ts [FILE=docs/failures.md]
 */
function main([file = "docs/failures.md"]: readonly string[]): number {
  const folder = mkdtempSync(join(tmpdir(), "os-images-failures-"));
  const table = join(folder, "rows.jsonl");
  writeFileSync(table, "");
  const words = ["--selectProjects", "long", "--runInBand", "--testPathPatterns", "long/(failures|host-faults)"];
  const { status } = spawnSync(process.execPath, [require.resolve("jest/bin/jest"), ...words], {
    env: { ...process.env, FAILURE_TABLE: table },
    stdio: "inherit",
  });
  const rows = readFileSync(table, "utf8").trim().split("\n").filter(Boolean);
  rmSync(folder, { recursive: true });
  if (status !== 0) {
    process.stderr.write(`${file} was not written: the tests ended with ${status}\n`);
    return 1;
  }
  writeFileSync(file, documentOf(rows.map((row) => JSON.parse(row) as FailureRow)));
  return 0;
}

function documentOf(rows: readonly FailureRow[]): string {
  const builds = rows.filter((row) => row.kind === "build").sort((a, b) => (a.cause < b.cause ? -1 : 1));
  const refusals = rows.filter((row) => row.kind === "refusal");
  const line = (...cells: readonly string[]): string => `| ${cells.map(escaped).join(" | ")} |`;
  return `# How builds fail, and what is said then

Made by \`npm run docs:failures\`, which really makes each of these builds fail, under emulation (tcg) on a machine with two
cores. The seconds are those from the builder's start until it ended, with the installation before them.

## Causes

${line("cause", "what was done", "phase", "seconds", "the line that proves it", "what to do")}
|---|---|---|---|---|---|
${builds
  .map(({ cause, title, phase, seconds, message, remedy }) =>
    line(cause, title, phase, seconds.toFixed(1), shortened(message), remedy),
  )
  .join("\n")}

## Messages of the builder's own

${line("what was done", "message")}
|---|---|
${refusals.map(({ title, message }) => line(title, shortened(message))).join("\n")}

## Lines that are recognised

Each was seen where the last column says. "Not seen live": the program's source alone tells the wording.

${line("cause", "line", "seen in")}
|---|---|---|
${CAUSES.flatMap(({ name, examples }) => examples.map(({ line: example, seenIn }) => line(name, example, seenIn))).join("\n")}
`;
}

/** Folders of one run and of its user say nothing to a reader. */
function shortened(message: string): string {
  return message
    .replaceAll(`${homedir()}/`, "~/")
    .replace(/\/tmp\/(?:small-disk|os-images-[a-z-]+)-\w+(?:\/gone-\w+)?\//g, "/srv/")
    .replace(/\s*\n\s*/g, "; ");
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|").replace(/[<>]/g, (sign) => (sign === "<" ? "&lt;" : "&gt;"));
}

process.exitCode = main(process.argv.slice(2));
