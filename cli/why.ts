import { statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { BuildRequest } from "../recipe/request";
import { whyAnew } from "../recipe/why";
import { pathsOfImage, RECIPE_FOLDER, REQUEST_FILE, REQUESTS_FOLDER } from "../store/layout";
import { fingerprintsOf, parseReference, requestsOf, requireName, requireStore } from "../store/list";
import { textTable } from "../util/text-table";
import { UserError } from "../util/user-error";
import { addStoreCommand, printJson, type StoreOptions } from "./command";
import { described, requestIn, rowsOf } from "./described";

/** A description in a store: of an image, or of a request that may not be built yet. */
interface Found {
  readonly title: string;
  /** Of its request and files. */
  readonly folder: string;
  readonly request: BuildRequest;
  readonly time: number;
}

/** Adds `os-images why IMAGE`: which stage of a build differs from the description before, and what in it. */
export function addWhy(program: Command): void {
  addStoreCommand(program, "why", "Say which stages differ from the description before, and in what.")
    .argument("<image>", "NAME, NAME@latest or NAME/FINGERPRINT")
    .option("--against <digits>", "compare with this one: the first digits of its fingerprint")
    .action((reference: string, options: StoreOptions & { readonly against?: string }) => {
      const { name, digits } = parseReference(reference);
      const all = descriptionsOf(requireStore(options.store), name);
      const after = all.find(({ request }) => request.fingerprint.startsWith(digits));
      if (after === undefined) throw new UserError(`there is no description of ${reference}: see os-images ls ${name}`);
      const others = all.filter(({ request }) => request.fingerprint !== after.request.fingerprint);
      const before = others.find(({ time, request }) =>
        options.against === undefined ? time <= after.time : request.fingerprint.startsWith(options.against),
      );
      if (before === undefined) throw new UserError(`there is no other description of ${name} to compare with`);
      const stages = whyAnew(described(before.folder, before.request), described(after.folder, after.request));
      if (options.json) printJson({ image: after.title, against: before.title, stages });
      else process.stdout.write(`${after.title}, against ${before.title}\n${textTable([], rowsOf(stages))}`);
    });
}

/** The descriptions of a name, newest first. */
function descriptionsOf(store: string, name: string): Found[] {
  const digits = fingerprintsOf(store, name);
  if (digits.length === 0) requireName(store, name);
  const folders = digits.flatMap((fingerprint) => {
    const paths = pathsOfImage(store, name, fingerprint);
    return [RECIPE_FOLDER, ...requestsOf(paths).map((key) => join(REQUESTS_FOLDER, key))].map((folder) => ({
      title: `${name}/${fingerprint}`,
      folder: join(paths.image, folder),
    }));
  });
  const found = folders.flatMap(({ title, folder }): Found[] => {
    const request = requestIn(folder);
    if (request === undefined) return [];
    return [{ title, folder, request, time: statSync(join(folder, REQUEST_FILE)).mtimeMs }];
  });
  return found.sort((a, b) => b.time - a.time);
}
