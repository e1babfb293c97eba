import { cachePaths } from "../host/cache";
import { VERSIONED_TOOLS, findTool } from "../host/find";
import type { Step } from "./step";
import { linkTo } from "./executables";
import { ensureVenv } from "./python-venv";

/** pykickstart, the parser that Anaconda uses, in a Python virtual environment. */
export const pykickstart: Step = {
  title: "pykickstart",

  find() {
    const found = findTool("python");
    if (!found)
      return [
        { tool: "pykickstart", remedy: `npx os-images setup (needs ${VERSIONED_TOOLS.python.atLeast} or newer)` },
      ];
    return [{ tool: "pykickstart", source: found.path, ...(found.version && { version: found.version }) }];
  },

  async install(note) {
    linkTo(await ensureVenv("pykickstart", note), cachePaths().python);
    return "installed from PyPI";
  },
};
