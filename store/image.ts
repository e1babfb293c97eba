import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ImagePaths } from "./layout";
import type { Manifest } from "./manifest";

/** What is found under an image's name: nothing, an image, or one whose disk is not what its manifest says. */
export type ImageState =
  | { readonly kind: "absent" }
  | { readonly kind: "there"; readonly manifest: Manifest }
  | { readonly kind: "damaged"; readonly reason: string };

/** Looks at an image without reading its disk: manifest, the disk's presence and its size. */
export function lookAt({ image, manifest: file, name, shortFingerprint }: ImagePaths): ImageState {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { kind: "absent" };
    throw error;
  }
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text) as Manifest;
  } catch {
    return { kind: "damaged", reason: "its manifest.json is no JSON" };
  }
  if (typeof manifest?.disk?.file !== "string") return { kind: "damaged", reason: "its manifest.json is not sound" };
  if (manifest.name !== name || !String(manifest.fingerprint).startsWith(shortFingerprint)) {
    return { kind: "damaged", reason: `its manifest is that of ${manifest.name} ${manifest.fingerprint}` };
  }
  const size = sizeOf(join(image, manifest.disk.file));
  if (size === undefined) return { kind: "damaged", reason: `${manifest.disk.file} is missing` };
  if (size !== manifest.disk.sizeBytes) {
    return { kind: "damaged", reason: `${manifest.disk.file} has ${size} bytes, not ${manifest.disk.sizeBytes}` };
  }
  return { kind: "there", manifest };
}

function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}
