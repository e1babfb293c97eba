import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "./temporary";
import { type ExportPaths, type ImagePaths, pathsOfExport, pathsOfImage } from "../../store/layout";
import {
  EXPORT_MANIFEST_VERSION,
  type ExportManifest,
  exportManifestSchema,
  MANIFEST_VERSION,
  manifestSchema,
  type Manifest,
} from "../../store/manifest";

/** An empty store in a project folder of its own. */
export function makeStore(): string {
  const store = join(temporaryFolder("store"), "images");
  mkdirSync(store);
  return store;
}

/** Writes a file with the folders that it needs. */
export function place(file: string, text: string | Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Places an image whose disk is a few bytes, made on that day. Its fingerprint is the digit, 64 times. */
export function placeImage(store: string, name: string, digit: string, day = "2026-11-01"): ImagePaths {
  const paths = pathsOfImage(store, name, digit.repeat(12));
  const disk = `disk ${digit}`;
  const manifest: Manifest = {
    manifestVersion: MANIFEST_VERSION,
    name,
    fingerprint: digit.repeat(64),
    recipeVersion: 1,
    revision: "2026-11",
    createdAt: `${day}T00:00:00.000Z`,
    firmware: "bios",
    disk: {
      file: `${name}.raw`,
      format: "raw",
      sizeBytes: disk.length,
      virtualSizeBytes: disk.length,
      sha256: createHash("sha256").update(disk).digest("hex"),
    },
    source: { iso: "demo.iso", isoChecksum: "sha256:00", release: "demo" },
    build: { seconds: 10, accelerator: "tcg", phases: [{ name: "install", seconds: 5 }], tools: { packer: "1" } },
  };
  place(join(paths.image, manifest.disk.file), disk);
  place(join(paths.image, "console.log"), `console of ${digit}\n`);
  place(join(paths.image, "recipe", "build.json"), JSON.stringify({ name, fingerprint: manifest.fingerprint }));
  place(paths.manifest, JSON.stringify(manifestSchema.parse(manifest)));
  return paths;
}

/** Places an export of an image, whose file is a few bytes. */
export function placeExport(image: ImagePaths, platform: string, digit: string): ExportPaths {
  const paths = pathsOfExport(image, platform, digit.repeat(12));
  const bytes = `export ${digit}`;
  const manifest: ExportManifest = {
    exportManifestVersion: EXPORT_MANIFEST_VERSION,
    name: image.name,
    fingerprint: digit.repeat(64),
    platform: { kind: platform },
    image: { fingerprint: (image.shortFingerprint[0] ?? "").repeat(64) },
    createdAt: "2026-11-01T00:00:00.000Z",
    files: [{ file: "file", sizeBytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") }],
    rules: 1,
    seconds: 1,
    tools: {},
  };
  place(join(paths.image, "file"), bytes);
  place(paths.manifest, JSON.stringify(exportManifestSchema.parse(manifest)));
  return paths;
}

/** Places a request for an image. */
export function placeRequest({ image, name, shortFingerprint }: ImagePaths, key = "0a1b2c3d"): void {
  const request = { name, fingerprint: (shortFingerprint[0] ?? "").repeat(64) };
  place(join(image, "requests", key, "build.json"), JSON.stringify(request));
}

/** The start of a qcow2 file that lies on another disk. */
export function qcow2On(backing: string): Buffer {
  const header = Buffer.alloc(104 + backing.length);
  header.write("QFI\xfb", "latin1");
  header.writeUInt32BE(3, 4);
  header.writeBigUInt64BE(104n, 8);
  header.writeUInt32BE(backing.length, 16);
  header.write(backing, 104);
  return header;
}

/** Runs `os-images` with its store, and gives what it printed. */
export function osImages(store: string, ...words: string[]) {
  const program = join(__dirname, "..", "..", "bin", "os-images.js");
  return spawnSync(process.execPath, [program, ...words, "--store", store], { encoding: "utf8" });
}
