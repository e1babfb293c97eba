import { join } from "node:path";
import type { Command } from "commander";
import { toolEnvironment } from "../host/environment";
import { requireTool } from "../host/find";
import { plannedImages } from "../review/planned";
import { writeReview } from "../review/write";
import { addCommand, type CommandOptions, printJson } from "./command";
import { outputFolder, synthesize } from "./deploy/app";

const DETAILS = `
Synthesizes the app of this folder (cdktf.json) and compares its images with those in their stores. The pages show what a
deploy would build and why, each kickstart with its findings, and the last build. They are in \`review\` in cdktf's output
folder, open from the file system, need no network, and hold no secret. Terraform states are not read, and nothing is built.`;

/** Adds `os-images review`: writes a static site about what a deploy would build, and why. */
export function addReview(program: Command): void {
  addCommand(program, "review", "Write pages that show what a deploy would build, and why.")
    .addHelpText("after", DETAILS)
    .action(async ({ json }: CommandOptions) => {
      const stacks = synthesize({ ...process.env, ...toolEnvironment() });
      const images = await plannedImages(stacks, requireTool("terraform").path);
      const index = await writeReview(images, join(outputFolder(), "review"));
      if (json)
        printJson({ index, images: images.map(({ stack, name, fingerprint }) => ({ stack, name, fingerprint })) });
      else process.stdout.write(`${index}\n`);
    });
}
