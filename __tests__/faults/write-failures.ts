import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../util/user-error";
import { runScript } from "../../util/run-script";
import type { FailureRow } from "../support/failure-table";
import { causeTables, row, TABLES_HEADING } from "./cause-tables";
import { temporaryFolder } from "../support/temporary";

const FILE = join(__dirname, "..", "..", "docs", "failures.md");

/**
 * Writes docs/failures.md: runs the tests that make builds fail, and adds the tables of the causes. With `--no-builds`
 * the rows of the last run stay, and only the tables are new:
 *
 *   tsx __tests__/faults/write-failures.ts [--no-builds]
 */
function main(words: readonly string[]): number {
  const builds = words.includes("--no-builds") ? readFileSync(FILE, "utf8").split(TABLES_HEADING)[0] : failingBuilds();
  writeFileSync(FILE, `${builds}${causeTables()}`);
  return 0;
}

/** Makes builds fail, and gives what they said as Markdown. */
function failingBuilds(): string {
  const folder = temporaryFolder("failures");
  const table = join(folder, "rows.jsonl");
  writeFileSync(table, "");
  const words = ["--selectProjects", "long", "--runInBand", "--testPathPatterns", "long/(failures|host-faults)"];
  const { status } = spawnSync(process.execPath, [require.resolve("jest/bin/jest"), ...words], {
    env: { ...process.env, FAILURE_TABLE: table },
    stdio: "inherit",
  });
  const lines = readFileSync(table, "utf8").trim().split("\n").filter(Boolean);
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new UserError(`docs/failures.md was not written: the tests ended with ${status}`, 1);
  return buildsPart(lines.map((line) => JSON.parse(line) as FailureRow));
}

function buildsPart(rows: readonly FailureRow[]): string {
  const builds = rows.filter((one) => one.kind === "build").sort((a, b) => (a.cause < b.cause ? -1 : 1));
  const refusals = rows.filter((one) => one.kind === "refusal");
  return `# How builds fail, and what is said then

Made by \`npm run docs:failures\`, which really makes each of these builds fail, under emulation (tcg) on a machine with two
cores, with the demo installer. The seconds are those from the builder's start until it ended, with the installation before
them. \`npm run docs:failures -- --no-builds\` keeps these rows, and writes the tables below them anew.

A report shows the console's last lines as they stand on its screen of 80 by 24; \`screen.txt\`, beside the logs, has the whole console as
text. \`screenshot.png\` is the picture of the VGA screen, which stays black if the installer's console is the serial port.

## Builds that were made to fail

${row("cause", "what was done", "phase", "seconds", "the line that proves it", "what to do")}
|---|---|---|---|---|---|
${builds
  .map(({ cause, title, phase, seconds, message, remedy }) =>
    row(cause, title, phase, seconds.toFixed(1), shortened(message), remedy),
  )
  .join("\n")}

## Messages of the builder's own

${row("what was done", "message")}
|---|---|
${refusals.map(({ title, message }) => row(title, shortened(message))).join("\n")}

`;
}

/** Folders of one run and of its user say nothing to a reader. */
function shortened(message: string): string {
  return message
    .replaceAll(`${homedir()}/`, "~/")
    .replace(/\/tmp\/(?:small-disk|os-images-[a-z-]+)-\w+(?:\/gone-\w+)?\//g, "/srv/")
    .replace(/\s*\n\s*/g, "; ");
}

runScript(() => main(process.argv.slice(2)));
