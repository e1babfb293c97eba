import { ensureMedium, findMedium } from "../installer/medium";
import type { Step } from "./step";

/** The medium of the demo installer, which the default image installs from. */
export const demoInstaller: Step = {
  title: "demo installer",

  find() {
    const iso = findMedium()?.iso;
    return [{ tool: "demo installer", ...(iso ? { source: iso } : { remedy: "npm run setup" }) }];
  },

  async install(note) {
    await ensureMedium({ tell: note });
    return "made";
  },
};
