import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { whyAnew } from "../recipe/why";
import { readContents } from "../store/contents";
import { contentsDifference } from "../store/contents-diff";
import { readImage } from "../store/image";
import { type ImagePaths, pathsOfImage, RECIPE_FOLDER } from "../store/layout";
import { findImage, requireStore } from "../store/list";
import type { Manifest } from "../store/manifest";
import { UserError } from "../util/user-error";
import { addStoreCommand, printJson, type StoreOptions } from "./command";
import { described, requestIn } from "./described";
import { differenceMarkdown, differenceText, type ImageDifference } from "./diff-text";

/** An image that is compared. */
interface Side {
  readonly title: string;
  readonly paths: ImagePaths;
  readonly manifest: Manifest;
}

/** Adds `os-images diff A B`: what is different in two images, from recipe and contents. */
export function addDiff(program: Command): void {
  addStoreCommand(program, "diff", "Say what is different in two images: recipe, packages, users, services, ports.")
    .argument("<from>", "NAME, NAME@latest or NAME/FINGERPRINT, or the folder of an image")
    .argument("<to>", "the same, of the other one")
    .option("--markdown", "print Markdown, for a pull request")
    .action((from: string, to: string, options: StoreOptions & { readonly markdown?: true }) => {
      const difference = compare(sideOf(options.store, from), sideOf(options.store, to));
      if (options.json) printJson(difference);
      else process.stdout.write(options.markdown ? differenceMarkdown(difference) : differenceText(difference));
    });
}

/** An image by its reference, or by its folder: a path begins with "/" or ".". */
function sideOf(store: string, reference: string): Side {
  const paths = /^[/.]/.test(reference) ? pathsOfFolder(reference) : findImage(requireStore(store), reference).paths;
  const title = `${paths.name}/${paths.shortFingerprint}`;
  const found = readImage(paths);
  if (found.kind === "present") return { title, paths, manifest: found.manifest };
  throw new UserError(
    `${reference} cannot be compared: ${found.kind === "absent" ? "there is no image in its folder" : found.reason}`,
  );
}

function pathsOfFolder(folder: string): ImagePaths {
  const path = resolve(folder);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory() || !/^[0-9a-f]{12}$/.test(basename(path))) {
    throw new UserError(
      `${folder} is no folder of an image: write <store>/<name>/<first 12 digits of the fingerprint>`,
    );
  }
  return pathsOfImage(dirname(dirname(path)), basename(dirname(path)), basename(path));
}

function compare(from: Side, to: Side): ImageDifference {
  const sides = [from, to];
  const [before, after] = sides.map(({ paths }) => readContents(paths));
  const untold = sides.filter((_, index) => [before, after][index] === undefined).map(({ title }) => title);
  const [old, fresh] = sides.map(({ paths }) => {
    const folder = join(paths.image, RECIPE_FOLDER);
    const request = requestIn(folder);
    return request === undefined ? undefined : described(folder, request);
  });
  const unread = sides.filter((_, index) => [old, fresh][index] === undefined).map(({ title }) => title);
  return {
    from: from.title,
    to: to.title,
    ...(old !== undefined && fresh !== undefined && { recipe: whyAnew(old, fresh) }),
    ...(before !== undefined && after !== undefined && { contents: contentsDifference(before, after) }),
    sizeBytes: { from: from.manifest.disk.sizeBytes, to: to.manifest.disk.sizeBytes },
    remarks: [
      ...unread.map((title) => `${title} has no recipe that can be read: recipes are not compared`),
      ...untold.map((title) => `${title} does not tell its contents, as it was built without: they are not compared`),
    ],
  };
}
