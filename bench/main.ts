/**
 * The benchmarks of what users wait for: `npm run bench [-- GROUP...] [--rounds N] [--write]`. Prints a table in Markdown;
 * `--write` puts its rows into docs/benchmarks.md, in the place of the older ones of the same groups.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import ownTemporaryFolder from "../__tests__/support/run-folder";
import { buildRows } from "./builds/rows";
import { checkpointRows, commonStageRows } from "./builds/checkpoints";
import { diskRows } from "./builds/disk";
import { manyRows } from "./builds/many";
import { reasonRows } from "./builds/reason";
import { consumerRows } from "./consumers/rows";
import { deployRows } from "./deploys/rows";
import { host } from "./host";
import { exportRows } from "./exports/rows";
import { remoteRows } from "./remote/rows";
import { markdown, type Row } from "./row";
import { synthRows } from "./synth/rows";

const GROUPS: Readonly<Record<string, (rounds: number) => Promise<Row[]>>> = {
  builds: buildRows,
  disk: diskRows,
  reason: reasonRows,
  many: manyRows,
  checkpoints: checkpointRows,
  stages: commonStageRows,
  deploys: deployRows,
  synth: synthRows,
  remote: remoteRows,
  consumers: consumerRows,
  exports: exportRows,
};

const PAGE = join(__dirname, "..", "docs", "benchmarks.md");

const HEADER = "| what | against | measured | target | met |\n|---|---|---|---|---|";

async function main(): Promise<void> {
  const asked = readArguments();
  if (asked === undefined) {
    process.stderr.write(`usage: npm run bench [-- ${Object.keys(GROUPS).join(" | ")} ...] [--rounds N] [--write]\n`);
    process.exitCode = 2;
    return;
  }
  await ownTemporaryFolder();
  const { positionals, values } = asked;
  const groups = positionals.length === 0 ? Object.keys(GROUPS) : positionals;
  for (const name of groups) {
    process.stderr.write(`${name}\n`);
    const rows = (await GROUPS[name]?.(Number(values.rounds))) ?? [];
    process.stdout.write(`${HEADER}\n${rows.map(markdown).join("\n")}\n`);
    if (values.write) writeSection(name, rows);
  }
}

/** Undefined if they make no sense. */
function readArguments() {
  try {
    const asked = parseArgs({
      allowPositionals: true,
      options: { rounds: { type: "string", default: "5" }, write: { type: "boolean", default: false } },
    });
    const known = asked.positionals.every((name) => GROUPS[name] !== undefined);
    return known && /^[1-9]\d*$/.test(asked.values.rounds) ? asked : undefined;
  } catch {
    return undefined;
  }
}

function writeSection(name: string, rows: readonly Row[]): void {
  const table = `${HEADER}\n${rows.map(markdown).join("\n")}`;
  const section = `## ${name}\n\n${host()}\n\n${table}\n`;
  const page = existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "";
  const old = new RegExp(`^## ${name}\\n[^]*?(?=^## |(?![^]))`, "m");
  const written = old.test(page) ? page.replace(old, () => `${section}\n`) : `${page.trimEnd()}\n\n${section}`;
  writeFileSync(PAGE, `${written.trimEnd()}\n`);
}

void main();
