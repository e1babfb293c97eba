import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathsOfImage, type ImagePaths } from "../../store/layout";
import { MANIFEST_VERSION, manifestSchema, type Manifest } from "../../store/manifest";
import { describeFiles } from "../../store/place";
import { sha256 } from "../../util/digest";
import { place } from "./fake-store";

/** An image to be shared. */
export interface SharedImage {
  readonly name?: string;
  /** 64 hex digits. @default - "a", 64 times */
  readonly fingerprint?: string;
  /** Of the disk's file. @default 1,000 */
  readonly bytes?: number;
  /** Of the disk in it. @default 2 GiB */
  readonly virtualBytes?: number;
}

const GIB = 2 ** 30;

/** Places an image in a store as a build leaves it: a qcow2 of random bytes behind its header, a recipe, a log. */
export async function placeShared(store: string, image: SharedImage = {}): Promise<ImagePaths> {
  const { name = "demo", fingerprint = "a".repeat(64), bytes = 1_000, virtualBytes = 2 * GIB } = image;
  const paths = pathsOfImage(store, name, fingerprint.slice(0, 12));
  const disk = Buffer.concat([qcow2Header(virtualBytes), randomBytes(bytes - 104)]);
  const file = `${name}.qcow2`;
  place(join(paths.image, file), disk);
  place(join(paths.image, "console.log"), `console of ${name}\n`);
  place(join(paths.image, "recipe", "build.json"), JSON.stringify({ name, fingerprint }));
  const manifest: Manifest = {
    manifestVersion: MANIFEST_VERSION,
    name,
    fingerprint,
    recipeVersion: 1,
    revision: "2026-11",
    createdAt: "2026-11-01T00:00:00.000Z",
    firmware: "bios",
    disk: { file, format: "qcow2", sizeBytes: bytes, virtualSizeBytes: virtualBytes, sha256: sha256(disk) },
    files: await describeFiles([join(paths.image, "console.log")], join(paths.image, "recipe")),
    source: { iso: "demo.iso", isoChecksum: "sha256:00", release: "demo" },
    build: { seconds: 10, accelerator: "tcg", phases: [], tools: {} },
  };
  place(paths.manifest, JSON.stringify(manifestSchema.parse(manifest)));
  return paths;
}

/** Changes a manifest in a store. */
export function changeManifest(paths: ImagePaths, change: (manifest: Manifest) => object): void {
  const manifest = JSON.parse(readFileSync(paths.manifest, "utf8")) as Manifest;
  writeFileSync(paths.manifest, JSON.stringify(change(manifest)));
}

/** The first 104 bytes of a qcow2, version 3: https://www.qemu.org/docs/master/interop/qcow2.html */
export function qcow2Header(virtualBytes: number, { backingOffset = 0, features = 0n } = {}): Buffer {
  const header = Buffer.alloc(104);
  header.write("QFI\xfb", "latin1");
  header.writeUInt32BE(3, 4);
  header.writeBigUInt64BE(BigInt(backingOffset), 8);
  header.writeBigUInt64BE(BigInt(virtualBytes), 24);
  header.writeBigUInt64BE(features, 72);
  header.writeUInt32BE(104, 100);
  return header;
}
