import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { makeLifeSign, signPath } from "../../util/process-lock.js";
import { packerEnvironment } from "../../builder/packer-environment";
import { preflight } from "../../builder/preflight";
import { loadRequest } from "../../builder/request-files";
import { makeWorkFolder, workFolder } from "../../builder/work-folder";
import { writeRequest } from "../../__tests__/support/request";
import { timed } from "../measure";
import { inTemporaryFolder } from "../temporary";

/** Packer's wall time, in seconds, with our template and all that the builder gives it but the relay: Packer logs in by its own retries. */
export async function buildWithoutRelay(): Promise<number> {
  return inTemporaryFolder(async (store) => {
    const { file } = writeRequest(store);
    const { request, paths, folder, files } = loadRequest(file);
    const host = await preflight(request, paths, folder, {
      say: () => undefined,
      signal: new AbortController().signal,
    });
    const work = workFolder(paths, "demo.qcow2");
    mkdirSync(dirname(paths.lock), { recursive: true });
    makeWorkFolder(work, files, makeLifeSign(signPath(paths.lock)));
    const environment = packerEnvironment(request, folder, host, work, 22);
    const qemuArguments = JSON.parse(environment["PKR_VAR_qemuargs"] ?? "[]") as [string, string][];
    const env = {
      ...environment,
      PKR_VAR_skip_nat_mapping: "false",
      PKR_VAR_qemuargs: JSON.stringify(qemuArguments.filter(([option]) => option !== "-netdev")),
    };
    const words = ["build", "-color=false", request.template];
    return (await timed({ program: host.packer, words, cwd: work.recipe, env })).seconds;
  });
}
