import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { inRounds, median, ratio, timed } from "../measure";
import { fileContents } from "../resources";
import { seconds, type Row } from "../row";
import { inTemporaryFolder } from "../temporary";

const ROOT = resolve(__dirname, "..", "..");

const COUNTS = [1, 10, 100, 1000];

interface Synthesis {
  readonly seconds: number;
  readonly peakMiB: number;
}

/** Whole processes that synthesize images, against bare cdktf with the same resources. */
export function synthRows(rounds: number): Promise<Row[]> {
  return inTemporaryFolder(async (folder) => {
    const spec = join(folder, "spec.json");
    writeFileSync(spec, JSON.stringify(await fileContents()));
    const rows: Row[] = [];
    const medians: Record<string, number[]> = {};
    for (const count of COUNTS) {
      let stamp = 0;
      const images = (stampOf: () => string, env: NodeJS.ProcessEnv) => () =>
        synthesis(folder, ["synth/app.ts", String(count), stampOf()], env);
      const results = await inRounds(
        {
          bare: () => synthesis(folder, ["bare-app.ts", spec, String(count)]),
          "without validation": images(() => "same", { OS_IMAGES_NO_VALIDATE: "1" }),
          "validation, all unchanged": images(() => "same", {}),
          "validation, all new": images(() => `new-${process.pid}-${count}-${stamp++}`, {}),
        },
        rounds,
      );
      const wall = (runs: readonly Synthesis[]): number[] => runs.map((run) => run.seconds);
      const { bare: theirs, ...ours } = results;
      const peakOf = (runs: readonly Synthesis[]): number => Math.max(...runs.map(({ peakMiB }) => peakMiB));
      const peak = peakOf(Object.values(ours).flat());
      const bare = wall(theirs);
      const without = wall(results["without validation"]);
      const unchanged = wall(results["validation, all unchanged"]);
      const fresh = wall(results["validation, all new"]);
      for (const [name, walls] of Object.entries({
        bare,
        "without validation": without,
        unchanged,
        "all new": fresh,
      })) {
        (medians[name] ??= []).push(median(walls));
      }
      const times = (of: readonly number[]): string => `${ratio(of, bare).toFixed(2)} (${seconds(of)})`;
      rows.push({
        what: `synth of ${count} image${count === 1 ? "" : "s"}`,
        against: `bare cdktf with the same resources: ${seconds(bare)}`,
        result:
          `${times(without)} without validation; ${times(unchanged)} with, kickstarts unchanged; ` +
          `${times(fresh)} with, all new; peak ${peak} MiB (bare ${peakOf(theirs)}); ${rounds} rounds`,
        target: "<= 1.50 without, < 250 MiB",
        met: ratio(without, bare) <= 1.5 && peak < 250,
      });
    }
    const growth = Object.entries(medians).map(([name, [, ten = NaN, hundred = NaN, thousand = NaN]]) => {
      const [few, many] = [((hundred - ten) * 1000) / 90, ((thousand - hundred) * 1000) / 900];
      return { text: `${name} ${few.toFixed(1)} and ${many.toFixed(1)}`, linear: many <= 1.25 * few };
    });
    rows.push({
      what: "milliseconds for each further image, from 10 to 100 and from 100 to 1,000",
      against: "",
      result: growth.map(({ text }) => text).join("; "),
      target: "linear: at most a quarter more",
      met: growth.every(({ linear }) => linear),
    });
    return rows;
  });
}

/** In the project's folder, as its kickstart names files in it. */
async function synthesis(
  outdir: string,
  [script, ...words]: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Synthesis> {
  const file = resolve(ROOT, "bench", script ?? "");
  const run = await timed({
    program: process.execPath,
    words: ["--require", require.resolve("tsx/cjs"), file, ...words],
    cwd: ROOT,
    env: {
      ...env,
      CDKTF_OUTDIR: join(outdir, "cdktf.out"),
      CDKTF_CONTEXT_JSON: JSON.stringify({ projectId: "bench" }),
    },
  });
  return { seconds: run.seconds, peakMiB: Number(/peak (\d+) MiB/.exec(run.stderr)?.[1]) };
}
