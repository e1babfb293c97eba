import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireTool } from "../../tools/find";
import { inRounds, timed } from "../measure";
import { comparison, type Row } from "../row";
import { buildOurs } from "./ours";

/** Ways to write the demo image's disk, as arguments of `qemu-img convert`; the first one is the template's. */
const WAYS = {
  zstd: ["-c", "-m", "16", "-o", "compression_type=zstd"],
  "zstd, out of order": ["-c", "-W", "-m", "16", "-o", "compression_type=zstd"],
  "zstd, 8 coroutines": ["-c", "-o", "compression_type=zstd"],
  "zlib, 16 coroutines": ["-c", "-m", "16"],
  "convert -c": ["-c"],
  uncompressed: [],
} as const;

/** The published file against other ways to write the same disk. */
export async function diskRows(rounds: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "os-images-bench-"));
  const rows: Row[] = [];
  try {
    await buildOurs({ compression: "none" }, async (disk) => {
      const convert = (words: readonly string[]) => async (): Promise<{ seconds: number; bytes: number }> => {
        const target = join(folder, "disk.qcow2");
        const program = requireTool("qemu-img").path;
        const { seconds } = await timed({ program, words: ["convert", ...words, "-O", "qcow2", disk, target] });
        const bytes = statSync(target).size;
        rmSync(target);
        return { seconds, bytes };
      };
      const contenders = Object.fromEntries(Object.entries(WAYS).map(([name, words]) => [name, convert(words)]));
      const results = await inRounds(contenders, rounds);
      const size = (name: keyof typeof WAYS): number => results[name]?.[0]?.bytes ?? NaN;
      const mib = (name: keyof typeof WAYS): string => `${(size(name) / 2 ** 20).toFixed(1)} MiB`;
      for (const name of Object.keys(WAYS).slice(1) as (keyof typeof WAYS)[]) {
        const wall = (way: keyof typeof WAYS): number[] => (results[way] ?? []).map(({ seconds }) => seconds);
        const asked = name === "convert -c";
        const row = comparison("published file: zstd", wall("zstd"), name, wall(name), asked ? 1 : undefined);
        rows.push({
          ...row,
          result: `${row.result}; ${mib("zstd")} against ${mib(name)}`,
          ...(asked && {
            reach: "not larger, and faster",
            reached: row.reached === true && size("zstd") <= size(name),
          }),
        });
      }
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
  return rows;
}
