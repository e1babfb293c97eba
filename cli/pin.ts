import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { findImage, fingerprintOf, requireStore } from "../store/list";
import { PIN_FILE } from "../store/layout";
import { pinInRemote } from "./remote/pin";
import { printJson, addStoreCommand, type StoreOptions } from "./command";

/** Adds `os-images pin IMAGE` and `unpin IMAGE`: gc never removes a pinned image. */
export function addPin(program: Command): void {
  for (const name of ["pin", "unpin"] as const) {
    const description = name === "pin" ? "Keep an image: gc never removes it." : "Let gc decide about an image again.";
    addStoreCommand(program, name, description)
      .argument("<image>", "NAME, NAME@latest or NAME/FINGERPRINT")
      .option("--remote", "in the remote that others share")
      .action(async (reference: string, options: StoreOptions & { readonly remote?: true }) => {
        if (options.remote) {
          process.exitCode = await pinInRemote(reference, name === "pin", options.json ?? false);
          return;
        }
        const image = findImage(requireStore(options.store), reference);
        const file = join(image.paths.image, PIN_FILE);
        if (name === "pin") writeFileSync(file, `${new Date().toISOString()}\n`);
        else rmSync(file, { force: true });
        const pinned = name === "pin";
        if (options.json) printJson({ name: image.paths.name, fingerprint: fingerprintOf(image), pinned });
        else process.stdout.write(`${image.paths.name}/${image.paths.shortFingerprint} is ${name}ned\n`);
      });
  }
}
