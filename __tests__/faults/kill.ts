import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PhaseName } from "../../builder/phases";
import { halfImagesIn, leftoversOf } from "../support/fault";
import { processes, stillRunning, type TreeProcess } from "../support/process-tree";
import type { Deployment, Stack, Way } from "./deployment";
import { findVictim, type Victim } from "./victims";

/** How long everything may take to be gone, in milliseconds. */
const GONE_MS = 10_000;

/** How long a build that goes on, as one without its guard does, may take to its end, in milliseconds. */
const END_MS = 180_000;

/** How often processes are looked at, in milliseconds. */
const LOOK_MS = 20;

/** One kill: where, whom, by what, and at which file system call of the builder's in that phase. */
export interface Kill {
  readonly phase: PhaseName;
  readonly victim: Victim;
  readonly signal: "SIGKILL" | "SIGINT";
  readonly call: number;
}

/** What came of it. All lists should be empty. */
export interface KillReport extends Kill {
  /** The phase that the build was in; undefined if the victim was not there any more. */
  readonly hit: PhaseName | undefined;
  readonly goneAfterSeconds: number;
  /** Terraform's provider plugins that a SIGKILL to Terraform left behind, which is Terraform's own doing. */
  readonly providers: number;
  readonly survivors: readonly string[];
  readonly leftovers: readonly string[];
  readonly halfImages: readonly string[];
}

/** Deploys a stack, kills one of its processes, and looks at what is left 10 s later at the latest. */
export async function killOnce(
  deployment: Deployment,
  stack: Stack,
  kill: Kill,
  pauseFile: string,
): Promise<KillReport> {
  rmSync(pauseFile, { force: true });
  const pause = { phase: kill.phase, call: kill.call, file: pauseFile };
  const deploy = deployment.start(stack, wayTo(kill.victim), pause);
  const tree = new Tree(deploy.root);
  const over = deploy.ended.then(() => true);
  const isOver = (): Promise<boolean> => Promise.race([over, sleep(LOOK_MS).then(() => false)]);

  while (!existsSync(pauseFile) && !(await isOver())) tree.look();
  const builder = existsSync(pauseFile) ? Number(readFileSync(pauseFile, "utf8")) : 0;
  tree.look();
  let target = findVictim(kill.victim, tree.living(), deploy.root, builder);
  let hit = target && kill.phase;
  if (target !== undefined) process.kill(target.pid, kill.signal);
  resume(builder);
  while (target === undefined && builder !== 0 && !(await isOver())) {
    tree.look();
    target = findVictim(kill.victim, tree.living(), deploy.root, builder);
    if (target === undefined) continue;
    process.kill(target.pid, kill.signal);
    hit = phaseOf(deploy.output()) ?? kill.phase;
  }

  const killed = performance.now();
  const patience = goesOn(kill) ? END_MS : GONE_MS;
  const ours = (): TreeProcess[] => tree.living().filter((one) => !isProvider(one));
  const gone = (): boolean => ours().length === 0 && leftoversOf(deployment.store).length === 0;
  while (performance.now() - killed < patience && !gone()) {
    tree.look();
    await sleep(LOOK_MS * 2);
  }
  const goneAfterSeconds = (performance.now() - killed) / 1000;
  const providers = tree.living().filter(isProvider);
  for (const { pid } of providers) process.kill(pid, "SIGKILL");
  return {
    ...kill,
    hit,
    goneAfterSeconds,
    providers: providers.length,
    survivors: ours().map(({ commandLine }) => commandLine),
    leftovers: [...leftoversOf(deployment.store), ...temporaryFiles(deploy.temporary)],
    halfImages: [...halfImagesIn(deployment.image(stack)), ...imagesOfKilledGuests(deployment.image(stack), kill, hit)],
  };
}

/** An image of a machine that was killed before it had shut down. */
function imagesOfKilledGuests(image: string, { victim }: Kill, hit: PhaseName | undefined): string[] {
  const isThere = existsSync(join(image, "manifest.json"));
  return isThere && victim === "qemu" && hit !== undefined ? [`${image}: it was published`] : [];
}

/** Nobody minds the end of a guard, a plugin ignores SIGINT, and a shell heeds it when its child has ended: the build goes on. */
export function goesOn({ victim, signal }: Kill): boolean {
  return victim === "guard" || ((victim === "plugin" || victim === "shell") && signal === "SIGINT");
}

function isProvider({ commandLine }: TreeProcess): boolean {
  return /terraform-provider-/.test(commandLine);
}

function wayTo(victim: Victim): Way {
  return victim === "deploy" || victim === "cdktf" || victim === "shell" ? victim : "terraform";
}

/** The phase that a deploy's output tells of last. */
function phaseOf(output: string): PhaseName | undefined {
  return [...output.matchAll(/ [\d.]+ s {2}([a-z]+)(?: |\n|$)/g)].at(-1)?.[1] as PhaseName | undefined;
}

function resume(pid: number): void {
  if (pid === 0) return;
  try {
    process.kill(pid, "SIGCONT");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** What the project's own programs leave in the folder for temporary files; what others keep there is a cache. */
function temporaryFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^(?:os-images|packer)/.test(name))
    .map((name) => join(folder, name));
}

/** A process and all that ever descended from it while it was looked at. */
class Tree {
  private readonly seen = new Map<number, TreeProcess>();

  constructor(root: number) {
    const self = processes().find(({ pid }) => pid === root);
    if (self !== undefined) this.seen.set(root, self);
  }

  look(): void {
    const all = processes();
    const started = new Map(all.map((one) => [one.pid, one.started]));
    for (let found = true; found;) {
      found = false;
      for (const one of all) {
        const parent = this.seen.get(one.parent);
        const known = this.seen.get(one.pid);
        if (known !== undefined && known.commandLine === one.commandLine && known.started === one.started) continue;
        if (known === undefined && (parent === undefined || started.get(parent.pid) !== parent.started)) continue;
        if (known !== undefined && known.started !== one.started) continue;
        this.seen.set(one.pid, one);
        found = true;
      }
    }
  }

  living(): TreeProcess[] {
    return stillRunning([...this.seen.values()]);
  }
}
