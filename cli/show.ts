import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { type Contents, readContents } from "../store/contents";
import { exportJson, exportsOf, type StoredExport } from "../store/exports";
import { findImage, listImages, requireStore, type StoredImage } from "../store/list";
import { REQUESTS_FOLDER } from "../store/layout";
import type { Manifest } from "../store/manifest";
import { overlaysOn } from "../store/overlays";
import { machineFolders, printJson, addStoreCommand, type StoreOptions } from "./command";
import { portCells } from "./diff-text";
import { size, timeAndAge, textTable } from "../util/text-table";

/** Adds `os-images show IMAGE`: the whole manifest, where the files are, who asks for the image and who uses it. */
export function addShow(program: Command): void {
  addStoreCommand(program, "show", "Show all that is known of an image.")
    .argument("<image>", "NAME, NAME@latest or NAME/FINGERPRINT")
    .option("--contents", "show what is in it: packages, users, services, ports")
    .action((reference: string, options: StoreOptions & { readonly contents?: true }) => {
      const store = requireStore(options.store);
      const image = findImage(store, reference);
      if (options.contents) return showContents(image, options.json);
      const overlays = overlaysOn(image.paths, machineFolders(store));
      const builtOnIt = imagesOn(store, image);
      if (options.json) {
        const { state, reason, manifest, paths, requests, pinned } = image;
        const exports = exportsOf(paths).map(exportJson);
        const files = filesOf(image);
        printJson({
          ...manifest,
          state,
          reason,
          path: paths.image,
          files,
          exports,
          requests,
          pinned,
          overlays,
          builtOnIt,
        });
      } else {
        process.stdout.write(textOf(image, overlays, builtOnIt));
      }
    });
}

/** Prints what is in an image; of one that does not tell it, that. */
function showContents({ paths }: StoredImage, json: boolean | undefined): void {
  const contents = readContents(paths);
  if (json) return printJson(contents ?? null);
  const title = `${paths.name}/${paths.shortFingerprint}`;
  process.stdout.write(contents === undefined ? `${title} does not tell what is in it\n` : contentsText(contents));
}

function contentsText({ release, kernels, packages, users, services, ports }: Contents): string {
  const list = (title: string, texts: readonly string[]): string[][] =>
    texts.length === 0 ? [[title, "none"]] : texts.map((text, i) => [i === 0 ? title : "", text]);
  const rows = [
    ["release", release.title || "-"],
    ...list("kernels", kernels),
    ...list(
      "users",
      users.map(({ name, uid, home, shell }) => `${name} (${uid}), ${home}, ${shell || "no shell"}`),
    ),
    ...list("services", services),
    ...(ports === undefined
      ? [["ports", "not known: nobody logged in"]]
      : list(
          "ports",
          ports.map((port) => portCells(port).join(" of ")),
        )),
    ["packages", String(packages.length)],
  ];
  const all = packages.map(({ kind, name, version, arch }) => [name, version, arch, kind]);
  return textTable([], rows) + (all.length === 0 ? "" : `\n${textTable(["package", "version", "arch", "kind"], all)}`);
}

/** The images of a store that were built on this one's disk, each as "name/digits". */
function imagesOn(store: string, { manifest }: StoredImage): string[] {
  if (manifest === undefined) return [];
  return listImages(store).flatMap(({ paths, manifest: other }) => {
    const isOnIt = other !== undefined && "base" in other.source && other.source.base.sha256 === manifest.disk.sha256;
    return isOnIt ? [`${paths.name}/${paths.shortFingerprint}`] : [];
  });
}

function textOf(image: StoredImage, overlays: readonly string[], builtOnIt: readonly string[]): string {
  const { paths, state, reason, manifest, requests, pinned } = image;
  const list = (title: string, texts: readonly string[]): string[][] =>
    texts.length === 0 ? [[title, "none"]] : texts.map((text, i) => [i === 0 ? title : "", text]);
  const rows = [
    ["image", `${paths.name}/${paths.shortFingerprint}`],
    ["state", reason === undefined ? state : `${state}: ${reason}`],
    ...(manifest === undefined ? [] : manifestRows(manifest)),
    ...list(
      "requests",
      requests.map((key) => join(paths.image, REQUESTS_FOLDER, key)),
    ),
    ...list("exports", exportsOf(paths).map(exportText)),
    ...list("overlays", overlays),
    ...(builtOnIt.length === 0 ? [] : list("built on it", builtOnIt)),
    ["pinned", pinned ? "yes" : "no"],
    ...list("files", filesOf(image)),
  ];
  return textTable([], rows) + (manifest === undefined ? "" : `\n${phaseTable(manifest)}`);
}

function exportText({ paths, state, reason, manifest, requests }: StoredExport): string {
  const [main] = manifest?.files ?? [];
  const what = main === undefined ? paths.image : `${join(paths.image, main.file)} (${size(main.sizeBytes)})`;
  return `${paths.platform}: ${what}, ${reason ?? state}, ${requests.length} request(s)`;
}

function manifestRows({ disk, source, build, ...manifest }: Manifest): string[][] {
  const tools = Object.entries(build.tools).map(([tool, version]) => `${tool} ${version}`);
  return [
    ["fingerprint", manifest.fingerprint],
    ["revision", manifest.revision || "-"],
    ["recipe version", String(manifest.recipeVersion)],
    ["created (UTC)", timeAndAge(manifest.createdAt)],
    ["firmware", manifest.firmware],
    ["disk", `${disk.file} (${disk.format})`],
    ["size", `${size(disk.sizeBytes)} (${disk.sizeBytes} bytes), as a disk ${size(disk.virtualSizeBytes)}`],
    ["sha256", disk.sha256],
    ["release", source.release],
    ...("base" in source
      ? [
          ["built on", `${source.base.name}/${source.base.fingerprint.slice(0, 12)}`],
          ["its sha256", source.base.sha256],
        ]
      : [
          ["medium", source.iso],
          ["medium's checksum", source.isoChecksum],
        ]),
    ["built", `in ${build.seconds.toFixed(1)} s (${build.accelerator})`],
    ["tools", tools.join(", ") || "-"],
    ...(manifest.stages ?? []).map(({ name, fingerprint, checkpoint }, index) => [
      index === 0 ? "stages" : "",
      `${name} ${fingerprint.slice(0, 12)}` +
        (checkpoint === undefined
          ? ""
          : `, from a checkpoint of ${checkpoint.madeAt.slice(0, 10)}, made for ${checkpoint.madeFor}`),
    ]),
  ];
}

function phaseTable({ build }: Manifest): string {
  const spent = build.phases.filter(({ seconds }) => seconds > 0);
  const rows = spent.map(({ name, seconds }) => {
    const share = build.seconds > 0 ? `${Math.round((seconds / build.seconds) * 100)} %` : "-";
    return [name, seconds.toFixed(1), share];
  });
  return textTable(["phase", "seconds", "share"], rows, { right: [1, 2] });
}

function filesOf({ paths }: StoredImage): string[] {
  if (!existsSync(paths.image)) return [];
  const entries = readdirSync(paths.image, { withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map(({ name }) => join(paths.image, name)).sort();
}
