import { existsSync } from "node:fs";
import { defaultKeyFile, namedKeyFile } from "./admin-key";
import { ensureAdminKey } from "./make-admin-key";
import type { Step } from "./step";

/** The key with which the user logs in to machines made from the demo image. */
export const adminKeyStep: Step = {
  title: "administrator's key",

  find() {
    const file = namedKeyFile() ?? defaultKeyFile();
    const there = existsSync(`${file}.pub`);
    return [{ tool: "administrator's key", ...(there ? { source: file } : { remedy: "npm run setup" }) }];
  },

  install() {
    ensureAdminKey();
    return Promise.resolve("made");
  },
};
