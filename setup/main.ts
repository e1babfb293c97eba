import { parseArgs } from "node:util";
import { runScript } from "../util/run-script";
import { UserError } from "../util/user-error";
import { adminKeyStep } from "./admin-key";
import { demoInstaller } from "./demo-installer/medium";
import { findingsTable, findTools, setUp } from "./set-up";
import { isComplete } from "./ensure";
import { toolSteps } from "./steps";
import type { Needed } from "./system-packages";

const HELP = `npm run setup [-- --check | --help]

Makes sure of all that this checkout needs: what \`os-images setup\` gets for every user, and the demo installer's medium
and a login key for the machines made from the demo image. It may be interrupted, run twice at once, and run again at
any time.

  --check   print what is there, where it comes from and what to do about the rest; change nothing
  --help    print this

Exit codes: 0 all is there, 1 failed, 2 bad usage, 3 something is missing, 130 interrupted
`;

/** What the demo installer's medium is made with. mmdebstrap needs newuidmap unless root runs it. */
const DEMO_PROGRAMS: readonly Needed[] = [
  { tool: "mmdebstrap", debian: "mmdebstrap" },
  { tool: "zstd", debian: "zstd" },
  { tool: "cpio", debian: "cpio" },
  ...(process.getuid?.() === 0 ? [] : [{ tool: "newuidmap", debian: "uidmap" }]),
];

const STEPS = [...toolSteps(DEMO_PROGRAMS), demoInstaller, adminKeyStep];

runScript(async () => {
  const { check, help } = parseOptions();
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (!check) {
    await setUp(STEPS);
    return 0;
  }
  const findings = await findTools(STEPS);
  process.stdout.write(findingsTable(findings));
  return isComplete(findings) ? 0 : 3;
});

function parseOptions(): { check: boolean; help: boolean } {
  try {
    const { values } = parseArgs({ options: { check: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
    return { check: values.check ?? false, help: values.help ?? false };
  } catch (error) {
    throw new UserError(`${(error as Error).message}; write --check or --help, or nothing`);
  }
}
