import { PHASES } from "../../builder/phases";
import type { AtOnce } from "./at-once";
import { goesOn, type KillReport } from "./kill";
import { VICTIMS } from "./victims";

/** Everything that a run of the faults found. */
export interface Findings {
  readonly seed: number;
  readonly seconds: number;
  readonly kills: readonly KillReport[];
  /** Clean deploys after kills, and how many of them failed or left something. */
  readonly repairs: number;
  readonly failedRepairs: readonly string[];
  /** Images that were there before and are gone or damaged. */
  readonly lost: readonly string[];
  readonly atOnce: readonly AtOnce[];
}

/** Everything that should not be, one line each; empty if all is well. */
export function problemsOf({ kills, failedRepairs, lost, atOnce }: Findings): string[] {
  const ofKill = (report: KillReport): string[] =>
    [...report.survivors, ...report.leftovers, ...report.halfImages].map(
      (problem) => `${report.signal} to ${report.victim} in ${report.hit ?? report.phase}: ${problem}`,
    );
  const ofDeploys = ({ title, deploys, succeeded, published, problems }: AtOnce): string[] => [
    ...problems.map((problem) => `${title}: ${problem}`),
    ...(published === 1 ? [] : [`${title}: ${published} of them published an image`]),
    ...(succeeded >= deploys - (title.includes("killed") ? 1 : 0) ? [] : [`${title}: only ${succeeded} succeeded`]),
  ];
  return [...kills.flatMap(ofKill), ...failedRepairs, ...lost, ...atOnce.flatMap(ofDeploys)];
}

/** The findings as a Markdown document. */
export function documentOf(findings: Findings): string {
  const { kills, seed, seconds, repairs, failedRepairs, lost, atOnce } = findings;
  const hits = kills.filter(({ hit }) => hit !== undefined);
  const count = (of: (report: KillReport) => readonly string[]): number => hits.flatMap(of).length;
  const victims = VICTIMS.filter((victim) => hits.some((report) => report.victim === victim));
  const rows = PHASES.map(({ name }) => {
    const here = hits.filter(({ hit }) => hit === name);
    const cells = victims.map((victim) => here.filter((report) => report.victim === victim).length || "");
    return `| ${name} | ${cells.join(" | ")} | ${here.length} |`;
  });
  const sums = victims.map((victim) => hits.filter((report) => report.victim === victim).length);
  const slowest = Math.max(...hits.filter((report) => !goesOn(report)).map((report) => report.goneAfterSeconds), 0);
  return `# What a kill leaves: nothing

Made by \`npm run test:faults -- ${hits.length} ${seed} docs/faults.md\` in ${Math.round(seconds / 60)} minutes. Real deploys
(\`os-images deploy\`, \`cdktf deploy\`, \`terraform apply\`, a shell) were started, and one process of each was killed: first a phase was chosen,
then one of the builder's file system calls in it, before which the builder was held while the kill went out.

| what | count |
|---|---|
| kills that hit a process | ${hits.length} |
| of them by SIGINT | ${hits.filter(({ signal }) => signal === "SIGINT").length} |
| chosen victims that had ended before | ${kills.length - hits.length} |
| processes that survived by 10 s | ${count((report) => report.survivors)} |
| work folders, locks and temporary files left | ${count((report) => report.leftovers)} |
| half images | ${count((report) => report.halfImages)} |
| images lost or damaged that were there before | ${lost.length} |
| clean deploys in between, and those that failed or left something | ${repairs}, ${failedRepairs.length} |
| provider plugins that Terraform left when it was killed, which is its own doing | ${hits.reduce((sum, { providers }) => sum + providers, 0)} |
| seconds until everything was gone, at most | ${slowest.toFixed(1)} |

A guard's death ends no build, a plugin ignores SIGINT, and a shell heeds it when its child has ended: there the build went on
to its end. An image of a machine that was killed before it had shut down counts as half.

Kills by phase and process:

| phase | ${victims.join(" | ")} | all |
|---|${victims.map(() => "---|").join("")}---|
${rows.join("\n")}
| all | ${sums.join(" | ")} | ${hits.length} |

Deploys of one image at once, from checkouts and projects of their own that share one store:

| what | deploys | ended well | published an image | problems |
|---|---|---|---|---|
${atOnce.map((row) => `| ${row.title} | ${row.deploys} | ${row.succeeded} | ${row.published} | ${row.problems.length} |`).join("\n")}
`;
}
