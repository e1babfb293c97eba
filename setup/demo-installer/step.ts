import { ensureMedium, findMedium } from "./medium";
import type { Step } from "../step";

/** The medium of the project's demo installer, which the default image is installed from. */
export const demoInstaller: Step = {
  title: "demo installer",

  find() {
    const tool = "demo installer";
    const medium = findMedium();
    return [medium ? { tool, source: medium.iso } : { tool, remedy: "npm run setup" }];
  },

  async install(note) {
    await ensureMedium({ tell: (line) => note(line.replace(/^demo installer: [0-9.]+ s: /, "")) });
    return "made from Debian's packages";
  },
};
