import type { Command } from "commander";
import { exportJson, exportsOf } from "../store/exports";
import { fingerprintOf, listImages, requireName, requireStore, type StoredImage } from "../store/list";
import { printJson, addStoreCommand, type StoreOptions } from "./command";
import { size, timeAndAge, type Cell, textTable } from "../util/text-table";
import { listInRemote } from "./remote/ls";

const HEADING = [
  "name",
  "fingerprint",
  "revision",
  "created (UTC)",
  "size",
  "format",
  "exports",
  "requests",
  "pinned",
  "state",
];

const STATE_COLOURS = { ok: "green", damaged: "red", foreign: "yellow", building: "yellow", failed: "red" } as const;

/** Adds `os-images ls [NAME]`: the images of the store, and the builds that have made none (yet). */
export function addLs(program: Command): void {
  addStoreCommand(program, "ls", "List the images of the store, the newest of each name first.")
    .argument("[name]", "images of this name alone")
    .option("--remote", "those of the remote that others share")
    .action(async (name: string | undefined, options: StoreOptions & { readonly remote?: true }) => {
      if (options.remote) {
        process.exitCode = await listInRemote(name, options.json ?? false);
        return;
      }
      const store = requireStore(options.store);
      const images = name === undefined ? listImages(store) : requireName(store, name);
      if (options.json) printJson(images.map(toJson));
      else if (images.length === 0) process.stdout.write(`the store ${store} is empty\n`);
      else process.stdout.write(textTable(HEADING, images.map(toRow), { right: [4, 7] }));
    });
}

function toRow({ paths, state, reason, manifest, time, requests, pinned }: StoredImage): (Cell | string)[] {
  return [
    paths.name,
    paths.shortFingerprint,
    manifest?.revision || "-",
    timeAndAge(time),
    manifest === undefined ? "-" : size(manifest.disk.sizeBytes),
    manifest?.disk.format ?? "-",
    exportsOf(paths)
      .map((made) => made.paths.platform)
      .join(",") || "-",
    String(requests.length),
    pinned ? "yes" : "-",
    { text: reason === undefined ? state : `${state}: ${reason}`, colour: STATE_COLOURS[state] },
  ];
}

function toJson(image: StoredImage) {
  const { paths, state, reason, manifest, time, requests, pinned } = image;
  return {
    name: paths.name,
    fingerprint: fingerprintOf(image),
    revision: manifest?.revision,
    time,
    disk: manifest?.disk,
    exports: exportsOf(paths).map(exportJson),
    path: paths.image,
    requests,
    pinned,
    state,
    reason,
  };
}
