import { Command } from "commander";
import { Interrupted, onInterruption } from "../builder/interruption";
import { runScript } from "../util/run-script";
import { UserError } from "../util/user-error";
import { parseAnsibleRun } from "./request";
import { removeRun, runAnsible } from "./run";

const program = new Command("ansible").description("configures machines by a playbook");

program
  .command("run")
  .description("run the playbook that the environment variable OS_IMAGES_ANSIBLE_RUN describes")
  .action(() => runScript(runFromEnvironment));

program
  .command("remove")
  .description("remove what runs have left")
  .requiredOption("--folder <folder>")
  .action(({ folder }: { folder: string }) =>
    runScript(() => {
      removeRun(folder);
      return 0;
    }),
  );

program.parse();

async function runFromEnvironment(): Promise<number> {
  const text = process.env["OS_IMAGES_ANSIBLE_RUN"];
  if (text === undefined) throw new UserError("OS_IMAGES_ANSIBLE_RUN is not set: a deploy sets it");
  const request = parseAnsibleRun(text);
  const controller = new AbortController();
  const stop = onInterruption((reason) => controller.abort(new Interrupted(`interrupted: ${reason}`)));
  try {
    await runAnsible(request, (line) => void process.stdout.write(`${line}\n`), controller.signal);
    return 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.stderr.write(`${error.message}; the next deploy runs ${request.playbook.file} again\n`);
    return 130;
  } finally {
    stop();
  }
}
