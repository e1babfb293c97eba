import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "cdktf";
import type { SynthesizedStack } from "../../review/planned";

/** The stacks of a synthesized app. */
export function stacksOf(app: App): ReadonlyMap<string, SynthesizedStack> {
  const manifest = JSON.parse(readFileSync(join(app.outdir, "manifest.json"), "utf8")) as {
    stacks: Record<string, { dependencies: string[]; workingDirectory: string }>;
  };
  return new Map(
    Object.entries(manifest.stacks).map(([name, { dependencies, workingDirectory }]) => {
      return [name, { name, dependencies, folder: join(app.outdir, workingDirectory) }];
    }),
  );
}
