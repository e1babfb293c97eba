import type { Command } from "commander";
import { toolEnvironment } from "../host/environment";
import { addCommand, type CommandOptions, printJson } from "./command";

/** Adds `os-images env`: what `os-images deploy` gives Terraform, for cdktf and Terraform started by hand. */
export function addEnv(program: Command): void {
  addCommand(program, "env", "Print the environment in which cdktf and Terraform find the tools that setup got.")
    .addHelpText("after", '\nFor example: eval "$(npx os-images env)"; npx cdktf diff web')
    .action(({ json }: CommandOptions) => {
      const environment = toolEnvironment();
      if (json) return printJson(environment);
      const lines = Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
      process.stdout.write(lines.join(""));
    });
}

/** A word of a POSIX shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
