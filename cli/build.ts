import type { Command } from "commander";
import { main } from "../builder/main";
import { quitOnClosedPipe } from "./command";

/**
 * Adds `os-images build FILE`, the builder as Terraform starts it, by hand. Exit codes are the builder's, 130 for an
 * interrupted build included; a closed output interrupts it too.
 */
export function addBuild(program: Command): void {
  program
    .command("build")
    .description("Build the image of a request, unless it is there.")
    .argument("<file>", "<store>/<name>/<fingerprint>/requests/<key>/build.json")
    .action(async (file: string) => {
      process.stdout.off("error", quitOnClosedPipe);
      process.exitCode = await main([file]);
    });
}
