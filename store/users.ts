import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../util/user-error";
import { readJson } from "../util/json-file";
import { backingChain, realPath } from "./backing-file";
import { asHostError, makeFolder } from "./host-error";
import { USERS_FOLDER, type ImagePaths } from "./layout";
import { writeWhole } from "../util/whole-file";

/** `users/<id>.json` in an image's folder: an overlay that lies on the image's disk. */
const userSchema = z.looseObject({ overlay: z.string() });

/** `machine.json` of a machine's folder: see machine/folder.ts. */
const machineSchema = z.looseObject({ fingerprint: z.string() });

/**
 * Tells an image's folder of an overlay on its disk, so that the image is not removed from under it. The entry counts as
 * long as the overlay is there and lies on that disk. To say it again changes nothing.
 * @throws UserError where the store cannot be written
 */
export function registerOverlay(imageFolder: string, overlay: string): void {
  const file = resolve(overlay);
  const folder = join(imageFolder, USERS_FOLDER);
  const entry = join(folder, `${createHash("sha256").update(file).digest("hex").slice(0, 12)}.json`);
  if (existsSync(entry)) return;
  try {
    makeFolder(folder);
    writeWhole(entry, `${JSON.stringify({ overlay: file })}\n`);
  } catch (error) {
    const reason = asHostError(error, folder);
    if (!(reason instanceof UserError)) throw error;
    throw new UserError(
      `the image cannot be told of the overlay ${file}, and gc would not know of it: ${reason.message}`,
      1,
    );
  }
}

/**
 * The overlays that depend on an image: those registered with it, and those in folders of machines (`<machines>/<name>/`,
 * every qcow2 in it, and `overlay.qcow2` by the fingerprint in its machine.json).
 */
export function overlaysOn({ image, shortFingerprint }: ImagePaths, machines: readonly string[]): string[] {
  const folder = `${realPath(image)}/`;
  const liesOn = (overlay: string): boolean => backingChain(overlay).some((disk) => disk.startsWith(folder));
  const registered = namesIn(join(image, USERS_FOLDER))
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => userSchema.safeParse(readJson(join(image, USERS_FOLDER, name))).data?.overlay ?? [])
    .filter((overlay) => existsSync(overlay) && (liesOn(overlay) || backingChain(overlay).length === 0));
  const found = machines
    .flatMap((parent) => namesIn(parent).map((name) => join(resolve(parent), name)))
    .flatMap((machine) => {
      const record = machineSchema.safeParse(readJson(join(machine, "machine.json"))).data;
      const recorded = record !== undefined && record.fingerprint.startsWith(shortFingerprint);
      return namesIn(machine)
        .filter((name) => name.endsWith(".qcow2"))
        .map((name) => join(machine, name))
        .filter((overlay) => liesOn(overlay) || (recorded && overlay.endsWith("/overlay.qcow2")));
    });
  return [...new Set([...registered, ...found])];
}

function namesIn(folder: string): string[] {
  return existsSync(folder) && lstatSync(realPath(folder)).isDirectory() ? readdirSync(folder).sort() : [];
}
