import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PhaseName } from "../../builder/phases";
import { Checkout } from "../support/checkout";
import { halfImagesIn, leftoversOf } from "../support/fault";
import { tinyMedium } from "../support/tiny-medium";
import { tinySystem } from "../support/tiny-system";
import type { FaultsAppProps } from "./app";
import { deployAtOnce, type AtOnce } from "./at-once";
import { Deployment, type Stack } from "./deployment";
import { killOnce, type KillReport } from "./kill";
import { documentOf, problemsOf, type Findings } from "./report";
import { randomNumbers } from "../support/random";
import { schedule, type Calls } from "./schedule";
import ownTemporaryFolder from "../support/run-folder";
import { temporaryFolder } from "../support/temporary";

/** After how many kills a clean deploy shows that nothing was broken. */
const REPAIR_EVERY = 10;

/** The phases that only an installed system with a login goes through. */
const WITH_LOGIN: readonly PhaseName[] = ["reboot", "provision", "seal", "shutdown"];

const USAGE = "npm run test:faults -- [KILLS=100] [SEED=1] [FILE]";

/**
 * Kills processes of real deploys in every phase and counts what is lost, half or left; then deploys several at once.
 * Writes the findings to FILE as Markdown. Ends with 1 if any count is not 0.
 */
async function main([kills = "100", seed = "1", file]: readonly string[]): Promise<number> {
  if (!/^\d+$/.test(kills) || !/^\d+$/.test(seed)) {
    process.stderr.write(`write numbers: ${USAGE}\n`);
    return 2;
  }
  await ownTemporaryFolder();
  const started = performance.now();
  const folder = temporaryFolder("faults");
  const props = { store: join(folder, "store"), tiny: tinyMedium(folder, 4), system: tinySystem(folder) };
  const killed = await killMany(new Deployment(props), folder, Number(kills), Number(seed));
  const atOnce = await severalAtOnce(props);
  const findings = { seed: Number(seed), seconds: (performance.now() - started) / 1000, ...killed, atOnce };
  const text = documentOf(findings);
  if (file !== undefined) writeFileSync(file, text);
  const problems = problemsOf(findings);
  process.stdout.write(`${text}\n${problems.length} problems${problems.map((line) => `\n  ${line}`).join("")}\n`);
  return problems.length === 0 ? 0 : 1;
}

async function killMany(
  deployment: Deployment,
  folder: string,
  count: number,
  seed: number,
): Promise<Pick<Findings, "kills" | "repairs" | "failedRepairs" | "lost">> {
  const calls = { ...(await callsOf(deployment, "login", folder)), ...(await callsOf(deployment, "keeper", folder)) };
  deployment.reset("login");
  const kills: KillReport[] = [];
  const failedRepairs: string[] = [];
  let repairs = 0;
  const isDone = (): boolean => kills.filter(({ hit }) => hit !== undefined).length >= count;
  for (const kill of schedule(2 * count, calls, randomNumbers(seed))) {
    if (isDone()) break;
    const stack: Stack = WITH_LOGIN.includes(kill.phase) ? "login" : "tiny";
    const stopped = join(folder, "stopped");
    let report = await killOnce(deployment, stack, kill, stopped);
    if (report.hit === undefined) {
      deployment.reset(stack);
      report = await killOnce(deployment, stack, { ...kill, call: 1 }, stopped);
    }
    kills.push(report);
    tell(kills.length, report);
    if (kills.length % REPAIR_EVERY === 0) {
      repairs++;
      failedRepairs.push(...(await repair(deployment)));
    }
    if (existsSync(join(deployment.image(stack), "manifest.json"))) deployment.reset(stack);
  }
  const keeper = deployment.image("keeper");
  const lost = existsSync(join(keeper, "manifest.json")) ? halfImagesIn(keeper) : [`${keeper} is gone`];
  return { kills, repairs, failedRepairs, lost };
}

/** A clean deploy after kills has to succeed, and to leave nothing of theirs. */
async function repair(deployment: Deployment): Promise<string[]> {
  const deploy = deployment.start("tiny", "terraform");
  const code = await deploy.ended;
  const problems = [...leftoversOf(deployment.store), ...halfImagesIn(deployment.image("tiny"))];
  if (code !== 0) problems.push(`a clean deploy ended with ${code}: ${deploy.output().slice(-2000)}`);
  deployment.reset("tiny");
  return problems;
}

/** The builder's file system calls in each phase of a build that nobody disturbs. */
async function callsOf(deployment: Deployment, stack: Stack, folder: string): Promise<Calls> {
  const file = join(folder, "calls.json");
  const deploy = deployment.start(stack, "terraform", { count: true, file });
  const code = await deploy.ended;
  if (code !== 0) throw new Error(`the first deploy of ${stack} ended with ${code}:\n${deploy.output()}`);
  return JSON.parse(readFileSync(file, "utf8")) as Calls;
}

/** Two and ten deploys at once out of two checkouts, and ten of which the one that builds is killed. */
async function severalAtOnce(props: FaultsAppProps): Promise<AtOnce[]> {
  const checkouts = [new Checkout(), new Checkout()];
  const deployments = Array.from({ length: 10 }, (_, index) => new Deployment(props, checkouts[index % 2]?.folder));
  const found = [
    await deployAtOnce("two", deployments.slice(0, 2), false),
    await deployAtOnce("ten", deployments, false),
    await deployAtOnce("ten, the one that builds killed", deployments, true),
  ];
  return found;
}

function tell(number: number, { signal, victim, phase, call, hit, goneAfterSeconds, ...rest }: KillReport): void {
  const problems = [...rest.survivors, ...rest.leftovers, ...rest.halfImages];
  const what = hit === undefined ? "was not there" : `hit in ${hit}, all gone after ${goneAfterSeconds.toFixed(1)} s`;
  process.stdout.write(
    `${String(number).padStart(3)} ${signal} to ${victim} at call ${call} of ${phase}: ${what}${problems.map((one) => `\n      ${one}`).join("")}\n`,
  );
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
