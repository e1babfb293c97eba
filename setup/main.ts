import { parseArgs } from "node:util";
import { UserError } from "../util/user-error";
import { Progress, elapsed } from "../util/progress";
import { ensure } from "./ensure";
import { stopRunning } from "./run";
import { isComplete } from "./step";
import { STEPS } from "./steps";
import { table } from "./table";

const HELP = `npm run setup [-- --check | --help]

Makes sure of all that the project needs: QEMU and a few system packages, Terraform or OpenTofu with the providers
"local" and "null", Packer with its QEMU plugin, pykickstart, and the demo installer's medium. What is on the machine
and new enough is used; the rest goes into $XDG_CACHE_HOME/os-images (or ~/.cache/os-images), downloaded where the
publishers' sites answer and otherwise built. It may be interrupted, run twice at once, and run again at any time.

  --check   print what is there, where it comes from and what to do about the rest; change nothing
  --help    print this

Exit codes: 0 all is there, 1 failed, 2 bad usage, 3 something is missing, 130 interrupted
`;

async function main(): Promise<void> {
  const { check, help } = parseOptions();
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  if (check) {
    const findings = (await Promise.all(STEPS.map(async (step) => step.find()))).flat();
    console.log(table(findings));
    if (!isComplete(findings)) process.exitCode = 3;
    return;
  }
  const start = Date.now();
  const result = await ensure(STEPS, new Progress(), endOnSignal);
  console.log(`set-up: ${result} (${elapsed(Date.now() - start)})`);
}

function parseOptions(): { check: boolean; help: boolean } {
  try {
    const { values } = parseArgs({ options: { check: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
    return { check: values.check ?? false, help: values.help ?? false };
  } catch (error) {
    throw new UserError(`${(error as Error).message}; write --check or --help, or nothing`, 2);
  }
}

/** Ctrl-C reaches the children by itself; a signal to this process alone is passed on. */
function endOnSignal(release: () => void): void {
  const end = (exitCode: number) => () => {
    stopRunning();
    release();
    process.stderr.write("\nset-up: interrupted; what is done is kept, and the next run goes on\n");
    process.exit(exitCode);
  };
  process.once("SIGINT", end(130)).once("SIGTERM", end(143)).once("SIGHUP", end(129));
}

main().catch((error: unknown) => {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
});
