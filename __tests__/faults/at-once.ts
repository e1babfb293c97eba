import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { livingHolder } from "../../util/process-lock.js";
import { halfImagesIn, leftoversOf } from "../support/fault";
import type { Deployment } from "./deployment";

/** What several deploys of one image at once came to. */
export interface AtOnce {
  readonly title: string;
  readonly deploys: number;
  /** How many of them ended well. */
  readonly succeeded: number;
  /** How many of them published an image: one. */
  readonly published: number;
  readonly problems: readonly string[];
}

/**
 * Deploys the tiny image from several projects at once, into the store that they share. `kill` ends the first builder
 * that is at work, and so one deploy.
 */
export async function deployAtOnce(title: string, deployments: readonly Deployment[], kill: boolean): Promise<AtOnce> {
  const [first] = deployments;
  if (first === undefined) throw new Error("no deployment was given");
  for (const deployment of deployments) deployment.reset("tiny");
  const deploys = deployments.map((deployment) => deployment.start("tiny", "terraform"));
  if (kill) await killBuilder(first);
  const codes = await Promise.all(deploys.map(({ ended }) => ended));
  const outputs = deploys.map(({ output }) => output());
  const image = first.image("tiny");
  const whole = existsSync(join(image, "manifest.json")) ? [] : ["there is no image"];
  return {
    title,
    deploys: deploys.length,
    succeeded: codes.filter((code) => code === 0).length,
    published: outputs.filter((output) => / s {2}publish\b/.test(output)).length,
    problems: [...whole, ...halfImagesIn(image), ...leftoversOf(first.store)],
  };
}

/** Kills the process that holds the image's lock, once it has a work folder. */
async function killBuilder(deployment: Deployment): Promise<void> {
  for (;;) {
    const image = deployment.image("tiny");
    const digits = image.slice(-12);
    const holder = livingHolder(join(deployment.store, ".locks", `tiny-${digits}`));
    if (holder !== undefined && existsSync(join(deployment.store, ".work"))) {
      await sleep(1_500);
      process.kill(holder.pid, "SIGKILL");
      return;
    }
    await sleep(50);
  }
}
