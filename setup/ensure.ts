import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cachePaths } from "../host/cache";
import type { Note, Progress } from "../util/progress";
import { takeLock } from "../util/process-lock.js";
import { UserError } from "../util/user-error";
import { UNFINISHED } from "../util/whole-file";
import { goCaches } from "./go";

/** What was found of one tool. Without `source` it is missing or too old, and `remedy` says what to do. */
export interface Finding {
  readonly tool: string;
  readonly version?: string;
  /** Where it comes from, e.g. "/usr/bin/qemu-img", "cache", "registry.terraform.io". */
  readonly source?: string;
  readonly remedy?: string;
  /** Needed for some images only: set-up is complete without it. @default false */
  readonly optional?: boolean;
}

/** One thing that set-up makes sure of. */
export interface Step {
  readonly title: string;
  /** Looks, changes nothing, and is fast when all is there. */
  find(): Finding[] | Promise<Finding[]>;
  /**
   * Gets what is missing and returns how, e.g. "built from its Go module". Only called when something is missing, and
   * by one set-up at a time; may be killed at any moment and must then leave nothing that `find` takes for the whole.
   * @throws UserError, with exit code 3 for what only the user can install
   */
  install(note: Note): Promise<string>;
}

/** Whether there is nothing to do. */
export function isComplete(findings: readonly Finding[]): boolean {
  return findings.every(({ source, optional = false }) => source !== undefined || optional);
}

/**
 * Makes sure of every step. One set-up of this user works at a time; another waits and then finds the work done. With
 * nothing to do it takes no lock. `onLock` gets the function that releases the lock, for a process that a signal ends.
 */
export async function ensure(
  steps: readonly Step[],
  progress: Progress,
  onLock: (release: () => void) => void,
): Promise<"nothing to do" | "done"> {
  if ((await incomplete(steps)).length === 0) return "nothing to do";
  const { root } = cachePaths();
  const lock = await takeLock(join(root, "locks", "setup"), {
    onWait: ({ pid }) => progress.line(`another set-up is at work (process ${pid}): waiting for it`),
  });
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
    if (name.endsWith(UNFINISHED)) rmSync(join(built, name), { recursive: true, force: true });
  }
}

function folderNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
