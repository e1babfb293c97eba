import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Step } from "./step";

/** What installer/medium.ts offers. */
interface MediumMaker {
  findMedium(): { iso: string } | undefined;
  ensureMedium(options: { tell: (line: string) => void }): Promise<{ iso: string }>;
}

const maker = join(__dirname, "..", "installer", "medium.ts");

/** The medium of the demo installer, which the default image installs from. */
export const demoInstaller: Step = {
  title: "demo installer",

  async find() {
    if (!existsSync(maker)) return [];
    const iso = (await mediumMaker()).findMedium()?.iso;
    return [{ tool: "demo installer", ...(iso ? { source: iso } : { remedy: "npm run setup" }) }];
  },

  async install(note) {
    await (await mediumMaker()).ensureMedium({ tell: note });
    return "made";
  },
};

async function mediumMaker(): Promise<MediumMaker> {
  return (await import(maker)) as MediumMaker;
}
