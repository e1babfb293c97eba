import { resolve } from "node:path";
import type { Command } from "commander";
import { fetchImage } from "../remote/fetch";
import { pushImage } from "../remote/push";
import { readOwnImage } from "../store/image";
import { pathsOfImage } from "../store/layout";
import { findImage, requireStore } from "../store/list";
import { takeLock } from "../util/process-lock.js";
import { Progress } from "../util/progress";
import { size } from "../util/text-table";
import { UserError } from "../util/user-error";
import { addStoreCommand, printJson, type StoreOptions } from "./command";
import { findInRemote } from "./remote/find";
import { withRemote } from "./remote/open";

/** Adds `os-images push IMAGE` and `os-images pull IMAGE`. Exit code 130: interrupted; the next run goes on. */
export function addPush(program: Command): void {
  addStoreCommand(program, "push", "Put an image into the remote that others share.")
    .argument("<image>", "NAME, NAME@latest or NAME/FINGERPRINT")
    .action(async (reference: string, options: StoreOptions) => {
      process.exitCode = await push(reference, options);
    });
  addStoreCommand(program, "pull", "Get an image out of the remote that others share.")
    .argument("<image>", "NAME, NAME@latest or NAME/FINGERPRINT")
    .action(async (reference: string, options: StoreOptions) => {
      process.exitCode = await pull(reference, options);
    });
}

function push(reference: string, { store, json }: StoreOptions): Promise<number> {
  const { paths } = findImage(requireStore(store), reference);
  return withRemote(async (remote, signal) => {
    const title = `${paths.name}/${paths.shortFingerprint}`;
    let outcome: "pushed" | "present" = "present";
    await new Progress(process.stderr).step(`${title} to ${remote.title}`, async (note) => {
      let bytes = 0;
      const onBytes = (more: number): void => note(size((bytes += more)));
      outcome = await pushImage(remote, paths, { say: () => undefined, signal, onBytes });
      return outcome === "pushed" ? "pushed" : "it is there already";
    });
    if (json) printJson({ name: paths.name, fingerprint: paths.shortFingerprint, outcome });
    return 0;
  });
}

function pull(reference: string, { store, json }: StoreOptions): Promise<number> {
  return withRemote(async (remote, signal) => {
    const { name, shortFingerprint } = await findInRemote(remote, reference);
    const paths = pathsOfImage(resolve(store), name, shortFingerprint);
    const lock = await takeLock(paths.lock, { signal });
    try {
      const found = readOwnImage(paths);
      if (found.kind === "damaged") {
        throw new UserError(
          `the image ${reference} of ${paths.store} is damaged: run os-images verify ${name} first`,
          1,
        );
      }
      await new Progress(process.stderr).step(`${name}/${shortFingerprint} of ${remote.title}`, async (note) => {
        if (found.kind === "present") return "it is there already";
        let bytes = 0;
        const onBytes = (more: number): void => note(size((bytes += more)));
        await fetchImage(remote, paths, { say: () => undefined, signal, onBytes });
        return "fetched";
      });
      if (json) printJson({ name, fingerprint: shortFingerprint, path: paths.image });
      return 0;
    } finally {
      lock.release();
    }
  });
}
