import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../util/user-error";
import { cachePaths } from "../host/cache";
import type { Progress } from "../util/progress";
import { goCaches } from "./go-toolchain";
import { acquireLock } from "./lock.js";
import { isComplete, type Step } from "./step";

/**
 * Makes sure of every step. One set-up of this user works at a time; another waits and then finds the work done. With
 * nothing to do it takes no lock. `onLock` gets what gives the lock back, for a process that is told to end.
 */
export async function ensure(
  steps: readonly Step[],
  progress: Progress,
  onLock: (release: () => void) => void,
): Promise<"nothing to do" | "done"> {
  if ((await incomplete(steps)).length === 0) return "nothing to do";
  const { root } = cachePaths();
  const lock = await acquireLock(join(root, "locks", "setup"), (pid) =>
    progress.line(`another set-up is at work (process ${pid}): waiting for it`),
  );
  onLock(lock.release);
  try {
    clearLeftovers();
    for (const step of steps) {
      if (isComplete(await step.find())) continue;
      await progress.step(step.title, (note) => step.install(note));
      await requireComplete(step);
    }
    rmSync(goCaches(), { recursive: true, force: true });
  } finally {
    lock.release();
  }
  return "done";
}

async function incomplete(steps: readonly Step[]): Promise<Step[]> {
  const findings = await Promise.all(steps.map(async (step) => ({ step, found: await step.find() })));
  return findings.filter(({ found }) => !isComplete(found)).map(({ step }) => step);
}

async function requireComplete(step: Step): Promise<void> {
  const still = (await step.find()).filter((finding) => !isComplete([finding]));
  if (still.length === 0) return;
  const names = still.map(({ tool }) => tool).join(", ");
  throw new UserError(`${step.title}: installed, but still not found: ${names}; see \`npx os-images doctor\``, 3);
}

/** What a killed set-up left behind; under the lock nobody else's. */
function clearLeftovers(): void {
  const { built } = cachePaths();
  for (const name of folderNames(built)) {
    if (name.startsWith(".new-")) rmSync(join(built, name), { recursive: true, force: true });
  }
}

function folderNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
