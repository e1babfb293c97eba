import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Guard } from "../builder/guard";
import { readSecrets } from "../builder/secrets";
import { requireAnsible } from "../host/ansible";
import { processesIn } from "../util/processes";
import { elapsed } from "../util/progress";
import { takeLock } from "../util/process-lock.js";
import { UserError } from "../util/user-error";
import { writeWhole } from "../util/whole-file";
import { inventoryOf } from "./inventory";
import { Playbook } from "./playbook";
import type { AnsibleRunRequest } from "./request";
import { waitForLogins } from "./wait";

/** What stays of a run in its folder. */
const INVENTORY = "inventory.json";
const KNOWN_HOSTS = "known_hosts";

/**
 * Configures machines: checks the playbook, waits until all let their user in, and runs ansible-playbook on a copy of the
 * playbook's folder, so that what was planned is what runs.
 * @throws UserError with the failed task of each machine, or what else is wrong
 */
export async function runAnsible(
  planned: AnsibleRunRequest,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const ansible = requireAnsible();
  const secrets = readSecrets(planned, ".");
  const request = { ...planned, keyFile: resolve(planned.keyFile) };
  if (!existsSync(request.keyFile)) {
    throw new UserError(`the private key file ${request.keyFile} is not there: write the path of one`);
  }
  const folder = resolve(request.folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const guard = await Guard.start(join(folder, "lock"));
  const work = mkdtempSync(join(tmpdir(), "os-images-ansible-"));
  try {
    await guard.watchFolder(work);
    const lock = await takeLock(join(folder, "lock"), {
      sign: guard.sign,
      signal,
      onWait: ({ pid }) => log(`waits for process ${pid}, which configures these machines`),
    });
    try {
      const start = performance.now();
      const knownHosts = join(folder, KNOWN_HOSTS);
      writeFileSync(knownHosts, "", { flag: "a", mode: 0o600 });
      const inventory = join(folder, INVENTORY);
      writeWhole(inventory, `${JSON.stringify(inventoryOf(request, knownHosts), null, 2)}\n`, 0o600);
      const playbook = new Playbook(request, { ansible, inventory, secrets, work, guard, log, signal });
      await playbook.check();
      await waitForLogins(request, { knownHosts, log, signal });
      await playbook.play();
      const { length } = request.machines;
      log(`${request.playbook.file} is done on ${length} machine(s) (${elapsed(performance.now() - start)})`);
    } finally {
      lock.release();
    }
  } finally {
    endProcessesIn(work);
    rmSync(work, { recursive: true, force: true });
    guard.dismiss();
  }
}

/** Ends what ssh left open for the next task, and whatever a task left running on this host. */
function endProcessesIn(folder: string): void {
  for (const pid of processesIn(folder)) {
    try {
      process.kill(pid, "SIGTERM");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** Removes what runs have left: the inventory and the host keys of machines that are gone. */
export function removeRun(folder: string): void {
  for (const name of [INVENTORY, KNOWN_HOSTS, `${KNOWN_HOSTS}.old`]) rmSync(join(folder, name), { force: true });
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!["ENOENT", "ENOTEMPTY"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
