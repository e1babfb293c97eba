import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killDuring, startBuild, VICTIMS } from "../support/fault";
import { writeRequest } from "../support/request";
import { tinyImage, tinyMedium } from "../support/tiny-medium";

/**
 * Kills processes of real builds at random instants and counts what is lost, half or left: every count should be 0.
 *
 *   tsx __tests__/faults/run.ts [KILLS=100] [SEED=1]
 */
async function main(kills: number, seed: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "os-images-faults-"));
  const store = join(folder, "store");
  const medium = tinyMedium(folder);
  const random = generator(seed);
  const count = { kills: 0, missed: 0, survivors: 0, leftovers: 0, halfImages: 0, notRepaired: 0 };
  for (let index = 0; index < kills; index++) {
    const victim = VICTIMS[Math.floor(random() * VICTIMS.length)] ?? "builder";
    const afterMs = Math.round(random() * 6_500);
    const report = await killDuring(store, medium, `r${seed}-${index}`, victim, afterMs);
    count[report.hit ? "kills" : "missed"]++;
    count.survivors += report.survivors.length;
    count.leftovers += report.leftovers.length;
    count.halfImages += report.halfImages.length;
    const problems = [...report.survivors, ...report.leftovers, ...report.halfImages];
    process.stdout.write(
      `${index} ${victim} after ${afterMs} ms: ${report.hit ? "killed" : "was not there"} ${problems.join("; ")}\n`,
    );
    if (index % 10 === 9) {
      const again = startBuild(writeRequest(store, { ...tinyImage(medium), revision: `r${seed}-${index}` }).file);
      if ((await again.ended) !== 0) {
        count.notRepaired++;
        process.stdout.write(again.output());
      }
    }
  }
  process.stdout.write(`${JSON.stringify(count)}\n`);
  rmSync(folder, { recursive: true });
  return count.survivors + count.leftovers + count.halfImages + count.notRepaired === 0 ? 0 : 1;
}

/** Repeatable random numbers from 0 to 1: mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

void main(Number(process.argv[2] ?? 100), Number(process.argv[3] ?? 1)).then((code) => {
  process.exitCode = code;
});
