import { statSync } from "node:fs";
import { join } from "node:path";
import { requireTool } from "../../host/find";
import { inRounds, timed } from "../measure";
import { comparison, type Row } from "../row";
import { inTemporaryFolder } from "../temporary";
import { buildOurs } from "./ours";

/** Ways to write the demo image's disk, as arguments of `qemu-img convert`; the first one is the template's. */
const WAYS = {
  zstd: ["-c", "-W", "-m", "16", "-o", "compression_type=zstd"],
  "zstd, in order": ["-c", "-m", "16", "-o", "compression_type=zstd"],
  "zstd, 8 coroutines": ["-c", "-o", "compression_type=zstd"],
  "zlib, 16 coroutines": ["-c", "-m", "16"],
  "convert -c": ["-c"],
  uncompressed: [],
} as const;

type Way = keyof typeof WAYS;

interface Written {
  readonly seconds: number;
  readonly bytes: number;
}

/** The published file against other ways to write the same disk. */
export async function diskRows(rounds: number): Promise<Row[]> {
  let rows: Row[] = [];
  await buildOurs({ compression: "none" }, async (disk) => {
    const contenders = Object.fromEntries(Object.keys(WAYS).map((way) => [way, () => write(disk, way as Way)]));
    const results = (await inRounds(contenders, rounds)) as Record<Way, Written[]>;
    const others = Object.keys(WAYS).filter((way) => way !== "zstd") as Way[];
    rows = others.map((way) => rowOf(results.zstd, way, results[way]));
  });
  return rows;
}

function write(disk: string, way: Way): Promise<Written> {
  return inTemporaryFolder(async (folder) => {
    const target = join(folder, "disk.qcow2");
    const words = ["convert", ...WAYS[way], "-O", "qcow2", disk, target];
    const { seconds } = await timed({ program: requireTool("qemu-img").path, words });
    return { seconds, bytes: statSync(target).size };
  });
}

function rowOf(ours: readonly Written[], way: Way, theirs: readonly Written[]): Row {
  const asked = way === "convert -c";
  const wall = (runs: readonly Written[]): number[] => runs.map(({ seconds }) => seconds);
  const [size, other] = [ours, theirs].map((runs) => runs[0]?.bytes ?? NaN) as [number, number];
  const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const row = comparison("published file: zstd", wall(ours), way, wall(theirs), asked ? 1 : undefined);
  return {
    ...row,
    result: `${row.result}; ${mib(size)} against ${mib(other)}`,
    ...(asked && { target: "not larger, and faster", met: row.met === true && size <= other }),
  };
}
