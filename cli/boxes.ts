import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { type CataloguedBox, vagrantCatalogue } from "../platforms/vagrant-catalogue";
import { exportsOf, type StoredExport } from "../store/exports";
import { imagesNamed, requireStore, type StoredImage } from "../store/list";
import { UserError } from "../util/user-error";
import { addStoreCommand, printJson, type StoreOptions } from "./command";

interface BoxesOptions extends StoreOptions {
  readonly url?: string;
  readonly name?: string;
}

/** Adds `os-images boxes NAME`: the catalogue of an image's boxes for Vagrant, as JSON. */
export function addBoxes(program: Command): void {
  addStoreCommand(program, "boxes", "Print the catalogue (metadata.json) by which Vagrant finds an image's boxes.")
    .argument("<image>", "NAME")
    .option(
      "--url <url>",
      "where the boxes are uploaded to, as <url>/<first 12 digits>/<name>.box; else those of the store",
    )
    .option("--name <name>", "the box's name for Vagrant, such as team/web; else the image's")
    .action((image: string, options: BoxesOptions) => {
      const boxes = imagesNamed(requireStore(options.store), image).flatMap((stored) => boxOf(stored, options.url));
      if (boxes.length > 0) return printJson(vagrantCatalogue(options.name ?? image, boxes));
      throw new UserError(
        `${options.store} has no box of "${image}": add Platform.vagrantLibvirt() to its exports and deploy it`,
      );
    });
}

/** The box of an image that was made last. */
function boxOf({ paths, state, manifest }: StoredImage, url: string | undefined): CataloguedBox[] {
  if (state !== "ok" || manifest === undefined) return [];
  const [last] = exportsOf(paths)
    .filter((one) => one.paths.platform === "vagrant" && one.state === "ok")
    .sort((a, b) => (madeAt(a) < madeAt(b) ? 1 : -1));
  const [box] = last?.manifest?.files ?? [];
  if (last === undefined || box === undefined) return [];
  const place =
    url === undefined
      ? pathToFileURL(join(last.paths.image, box.file)).href
      : `${url.replace(/\/+$/, "")}/${paths.shortFingerprint}/${box.file}`;
  return [{ builtAt: manifest.createdAt, url: place, sha256: box.sha256 }];
}

function madeAt({ manifest }: StoredExport): string {
  return manifest?.createdAt ?? "";
}
