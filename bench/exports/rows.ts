import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeExportRequest } from "../../__tests__/support/export-request";
import { writeRequest, type WrittenRequest } from "../../__tests__/support/request";
import { build } from "../../builder/main";
import { makeExport } from "../../builder/exports/main";
import { scriptCommand } from "../../constructs/package";
import type { Platform } from "../../platforms/platform";
import { bytesOf } from "../../store/file-system";
import { size } from "../../util/text-table";
import { inRounds, type Command, timed } from "../measure";
import { comparison, type Row } from "../row";
import { inTemporaryFolder } from "../temporary";
import { byHand } from "./by-hand";
import { CONVERTED } from "./platforms";

/** How often the space is looked at, in milliseconds. */
const POLL_MS = 50;

/** What making an image's files for all platforms takes, against one after the other and against doing it by hand. */
export function exportRows(rounds: number): Promise<Row[]> {
  return inTemporaryFolder(async (store) => {
    const image = writeRequest(store);
    await build(image.file, { write: () => undefined });
    const disk = join(image.image, `${image.request.name}.qcow2`);
    const raw = await inTemporaryFolder(async (folder) => {
      await timed({ program: "qemu-img", words: ["convert", "-O", "raw", disk, join(folder, "raw")] });
      return bytesOf(join(folder, "raw"));
    });
    const { together, alone, ...each } = await inRounds(
      {
        together: () => allAtOnce(image),
        alone: () => oneByOne(image),
        ...Object.fromEntries(CONVERTED.map((platform) => [platform.name, () => pair(image, platform, disk)])),
      } as Record<string, () => Promise<Pair>> & {
        together: () => ReturnType<typeof allAtOnce>;
        alone: () => Promise<number>;
      },
      rounds,
    );
    const over = Math.max(...(together ?? []).map(({ overBytes }) => overBytes));
    return [
      comparison(
        `all ${CONVERTED.length} exports of the demo image at once`,
        (together ?? []).map(({ seconds }) => seconds),
        "one after the other",
        alone ?? [],
        0.6,
      ),
      ...Object.entries(each as Record<string, Pair[]>).map(([name, pairs]) =>
        comparison(
          `export for ${name}, checked`,
          pairs.map(({ ours }) => ours),
          "by hand, with its sha256",
          pairs.map(({ theirs }) => theirs),
          1,
        ),
      ),
      {
        what: "space of all exports at once, at its peak",
        against: "the results and one sparse raw disk",
        result: `${size(over)} beside the results; a raw disk has ${size(raw)}`,
        target: "<= one raw disk",
        met: over <= raw,
      },
    ];
  });
}

interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

/** An export as Terraform starts it. */
function command(image: WrittenRequest, platform: Platform): Command {
  const { file } = writeExportRequest(image, platform);
  return { program: "/bin/sh", words: ["-c", `${scriptCommand("builder/exports/main")} "$1"`, "sh", file] };
}

const forget = ({ image }: WrittenRequest): void => rmSync(join(image, "exports"), { recursive: true, force: true });

async function allAtOnce(image: WrittenRequest): Promise<{ readonly seconds: number; readonly overBytes: number }> {
  forget(image);
  const commands = CONVERTED.map((platform) => command(image, platform));
  const store = dirname(dirname(image.image));
  let peak = 0;
  const polls = setInterval(() => (peak = Math.max(peak, bytesOf(store))), POLL_MS);
  const begun = performance.now();
  await Promise.all(commands.map((one) => timed(one)));
  const seconds = (performance.now() - begun) / 1000;
  clearInterval(polls);
  return { seconds, overBytes: Math.max(0, peak - bytesOf(store)) };
}

async function oneByOne(image: WrittenRequest): Promise<number> {
  forget(image);
  let seconds = 0;
  for (const platform of CONVERTED) seconds += (await timed(command(image, platform))).seconds;
  return seconds;
}

/** The work itself, without the start of a program: by hand there is none to start. */
async function pair(image: WrittenRequest, platform: Platform, disk: string): Promise<Pair> {
  forget(image);
  const { file } = writeExportRequest(image, platform);
  const begun = performance.now();
  await makeExport(file, { write: () => undefined });
  const ours = (performance.now() - begun) / 1000;
  const theirs = await inTemporaryFolder((folder) => {
    mkdirSync(folder, { recursive: true });
    return byHand(platform.name, disk, folder);
  });
  return { ours, theirs };
}
