import { mkdirSync, readdirSync, renameSync } from "node:fs";
import { basename, join } from "node:path";
import { MANIFEST_FILE, NOT_OF_THE_IMAGE, type ImagePaths } from "./layout";

/**
 * Moves a damaged image's files out of the way, into `<store>/.damaged`, and gives the folder. The manifest goes first,
 * so that it is no image any more from the first moment. What others wrote there stays: requests, users, a pin.
 */
export function setAside({ image, damaged, name, shortFingerprint }: ImagePaths, now: Date = new Date()): string {
  const folder = join(damaged, `${name}-${shortFingerprint}-${now.toISOString().replace(/[:.]/g, "-")}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const entries = readdirSync(image).filter((entry) => !NOT_OF_THE_IMAGE.includes(entry));
  entries.sort((a, b) => Number(b === MANIFEST_FILE) - Number(a === MANIFEST_FILE));
  for (const entry of entries) renameSync(join(image, entry), join(folder, basename(entry)));
  return folder;
}
