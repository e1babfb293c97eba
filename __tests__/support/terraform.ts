import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { toolEnvironment } from "../../host/environment";
import { requireTool } from "../../host/find";
import { temporaryFolder } from "./temporary";

/** A folder with a hand-written Terraform configuration, initialized, driven by real Terraform. */
export class Terraform {
  /** Without a text, the configuration is what lies in the folder. */
  constructor(
    configuration: string | undefined,
    readonly folder = temporaryFolder("terraform"),
  ) {
    if (configuration !== undefined) writeFileSync(join(folder, "main.tf"), configuration);
    const { status, output } = this.run("init");
    if (status !== 0) throw new Error(`terraform init ended with ${status}\n${output}`);
  }

  plan(): { readonly status: number | null; readonly output: string } {
    return this.run("plan");
  }

  apply(): { readonly status: number | null; readonly output: string } {
    return this.run("apply", "-auto-approve");
  }

  outputs(): Readonly<Record<string, unknown>> {
    const outputs = JSON.parse(this.run("output", "-json").output) as Record<string, { value: unknown }>;
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  /** What it printed has no colours, and no line breaks within a sentence. */
  run(...words: string[]): { readonly status: number | null; readonly output: string } {
    const { status, stdout, stderr } = spawnSync(requireTool("terraform").path, words, {
      cwd: this.folder,
      encoding: "utf8",
      env: { ...process.env, ...toolEnvironment(), TF_IN_AUTOMATION: "1", TF_CLI_ARGS: "-no-color", TF_INPUT: "0" },
    });
    return { status, output: words[0] === "output" ? stdout : `${stdout}${stderr}`.replace(/(\S)\n(?=\S)/g, "$1 ") };
  }
}
