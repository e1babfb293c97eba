/**
 * Makes the demo image's file for every platform, and writes the table of docs/platforms.md: `npm run platforms`. The image
 * is installed once for all of them.
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeExportRequest } from "../../__tests__/support/export-request";
import ownTemporaryFolder from "../../__tests__/support/run-folder";
import { writeRequest } from "../../__tests__/support/request";
import { build } from "../../builder/main";
import { makeExport } from "../../builder/exports/main";
import { PLATFORM_DOCS } from "../../scripts/write-platform-docs";
import { size } from "../../util/text-table";
import { inTemporaryFolder } from "../temporary";
import { takenBy } from "./consumers";
import { DEMO_PLATFORMS } from "./platforms";

const BEGIN = "<!-- artefacts: made by npm run platforms -->\n";
const END = "<!-- end -->\n";

async function main(): Promise<void> {
  await ownTemporaryFolder();
  const write = (line: string): void => void process.stderr.write(`${line}\n`);
  const rows = await inTemporaryFolder(async (store) => {
    const image = writeRequest(store);
    await build(image.file, { write });
    const made: string[] = [];
    for (const platform of DEMO_PLATFORMS) {
      const { file, paths } = writeExportRequest(image, platform);
      const manifest = await makeExport(file, { write });
      const [main] = manifest.files;
      const inside = manifest.inside === undefined ? "nothing" : `by its script, after ${manifest.inside.after}`;
      const cells = [
        platform.name,
        `\`${main.file}\``,
        sizeOf(join(paths.image, main.file)),
        inside,
        manifest.seconds.toFixed(1),
        String(manifest.rules),
        takenBy(platform.name),
      ];
      made.push(`| ${cells.join(" | ")} |\n`);
    }
    return made;
  });
  const table = `| platform | file | size | changed inside | seconds | rules kept | taken by |\n|---|---|---|---|---|---|---|\n${rows.join("")}`;
  const page = readFileSync(PLATFORM_DOCS, "utf8");
  const [begin, end] = [page.indexOf(BEGIN) + BEGIN.length, page.indexOf(END)];
  writeFileSync(PLATFORM_DOCS, `${page.slice(0, begin)}\n${table}\n${page.slice(end)}`);
  process.stdout.write(table);
}

/** A file's size, and what it takes if that is less. */
function sizeOf(file: string): string {
  const { size: bytes, blocks } = statSync(file);
  const taken = blocks * 512;
  return taken < bytes / 2 ? `${size(bytes)}, ${size(taken)} of it written` : size(bytes);
}

void main();
