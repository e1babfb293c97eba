import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ImagePaths } from "../../store/layout";
import type { Manifest } from "../../store/manifest";
import { sha256 } from "../../util/digest";
import { makeStore } from "./fake-store";
import type { S3Server } from "./s3-server";
import { placeShared, qcow2Header } from "./shared-image";

/** What somebody needs who may write to a bucket. */
export interface Bucket {
  readonly server: S3Server;
  readonly prefix: string;
  readonly push: (paths: ImagePaths) => Promise<unknown>;
}

/** One manipulated remote, and why it is refused. */
export interface Tampered {
  readonly what: string;
  readonly tamper: (bucket: Bucket) => Promise<void>;
  readonly reason: RegExp;
}

const SIZE = 10_000;

function put({ server, prefix }: Bucket, name: string, body: string | Buffer): Promise<unknown> {
  const key = `${prefix}/demo/aaaaaaaaaaaa/${name}`;
  return server.client().send(new PutObjectCommand({ Bucket: server.bucket, Key: key, Body: Buffer.from(body) }));
}

async function pushed(bucket: Bucket): Promise<Manifest> {
  const paths = await placeShared(makeStore(), { bytes: SIZE });
  await bucket.push(paths);
  return JSON.parse(readFileSync(paths.manifest, "utf8")) as Manifest;
}

/** A sound image whose manifest somebody wrote anew. */
function withManifest(what: string, reason: RegExp, change: (manifest: Manifest) => unknown): Tampered {
  const tamper = async (bucket: Bucket): Promise<void> => {
    const changed = change(await pushed(bucket));
    await put(bucket, "manifest.json", typeof changed === "string" ? changed : JSON.stringify(changed));
  };
  return { what: `its manifest ${what}`, tamper, reason };
}

/** A manifest that is right in all, and a disk that is not one to be trusted. */
function withDisk(what: string, reason: RegExp, header: Buffer): Tampered {
  const tamper = async (bucket: Bucket): Promise<void> => {
    const manifest = await pushed(bucket);
    const disk = Buffer.concat([header, Buffer.alloc(SIZE - header.length)]);
    await put(bucket, sha256(disk), disk);
    const changed = { ...manifest, disk: { ...manifest.disk, sha256: sha256(disk) } };
    await put(bucket, "manifest.json", JSON.stringify(changed));
  };
  return { what: `its disk ${what}`, tamper, reason };
}

/** A sound manifest, and another object. */
function withObject(what: string, reason: RegExp, body: (disk: Buffer) => Buffer | undefined): Tampered {
  const tamper = async (bucket: Bucket): Promise<void> => {
    const paths = await placeShared(makeStore(), { bytes: SIZE });
    await bucket.push(paths);
    const disk = readFileSync(join(paths.image, "demo.qcow2"));
    const changed = body(disk);
    const Key = `${bucket.prefix}/demo/aaaaaaaaaaaa/${sha256(disk)}`;
    if (changed !== undefined) await put(bucket, sha256(disk), changed);
    else await bucket.server.client().send(new DeleteObjectCommand({ Bucket: bucket.server.bucket, Key }));
  };
  return { what: `the disk's object ${what}`, tamper, reason };
}

function withFile(what: string, path: string, reason: RegExp, more: object = {}): Tampered {
  return withManifest(what, reason, (manifest) => ({
    ...manifest,
    files: [{ path, sizeBytes: 1, sha256: sha256("x"), ...more }],
  }));
}

function withDiskFields(what: string, reason: RegExp, disk: object): Tampered {
  return withManifest(what, reason, (manifest) => ({ ...manifest, disk: { ...manifest.disk, ...disk } }));
}

/** Manipulated remotes: every one must be refused. */
export const TAMPERED: readonly Tampered[] = [
  withManifest("is no JSON", /its manifest\.json is no JSON/, () => "{"),
  withManifest("is empty", /its manifest\.json is no JSON/, () => ""),
  withManifest("is a list", /has version none|has version undefined/, () => "[]"),
  withManifest("is null", /is no JSON/, () => "null"),
  withManifest("has 2 MB", /more than 1048576 bytes/, () => `"${"x".repeat(2_000_000)}"`),
  withManifest("nests deeply", /is no JSON|has version/, () => "[".repeat(100_000) + "]".repeat(100_000)),
  withManifest("is of another version", /has version 2, and this program knows 1/, (m) => ({
    ...m,
    manifestVersion: 2,
  })),
  withManifest("has a version to fool a terminal", /has version "\\u001b\[2J"/, (m) => ({
    ...m,
    manifestVersion: "\x1b[2J",
  })),
  withManifest("lacks the disk", /is not sound: disk/, (m) => ({ ...m, disk: undefined })),
  withManifest("is of another name", /is that of other a{64}/, (m) => ({ ...m, name: "other" })),
  withManifest("has a name to fool a terminal", /is that of \]0;x/, (m) => ({ ...m, name: "\x1b]0;x\x07\x9b" })),
  withManifest("is of another fingerprint", /is that of demo b{64}/, (m) => ({ ...m, fingerprint: "b".repeat(64) })),
  withManifest("has half a fingerprint", /is that of demo a{12}$/, (m) => ({ ...m, fingerprint: "a".repeat(12) })),
  withDiskFields("names a disk above its folder", /is not sound: disk\.file/, { file: "../demo.qcow2" }),
  withDiskFields("names its folder as the disk", /its disk is named \.\./, { file: ".." }),
  withDiskFields("names its own file as the disk", /its disk is named manifest\.json/, { file: "manifest.json" }),
  withDiskFields("has a format that QEMU would run", /has the format vvfat/, { format: "vvfat" }),
  withDiskFields("has a disk of 0 bytes", /its disk has 0 bytes/, { sizeBytes: 0 }),
  withDiskFields("has a disk of less than 0 bytes", /its disk has -1 bytes/, { sizeBytes: -1 }),
  withDiskFields("has a disk that no host has room for", /its disk has 9007199254740991 bytes/, {
    sizeBytes: Number.MAX_SAFE_INTEGER,
  }),
  withDiskFields("has a machine's disk of 0 bytes", /0 bytes for a machine/, { virtualSizeBytes: 0 }),
  withDiskFields("has a path for a sha256", /its disk has no sha256/, { sha256: "../../other" }),
  withDiskFields("says another size than the object's", /it has 10000 bytes, not 20000/, { sizeBytes: 20_000 }),
  withFile("has a file above its folder", "../../x", /is not sound: files\.0\.path/),
  withFile("has a file of the root", "/etc/passwd", /is not sound: files\.0\.path/),
  withFile("has a hidden file", ".bashrc", /is not sound: files\.0\.path/),
  withFile("has a file in a hidden folder", "recipe/../../x", /is not sound: files\.0\.path/),
  withFile("has a file of Terraform's", "requests", /it has a file named requests/),
  withFile("has a second manifest", "manifest.json", /it has a file named manifest\.json/),
  withFile("has a second disk", "demo.qcow2", /it has a file named demo\.qcow2/),
  withFile("has a file without end", "console.log", /console\.log has \d+ bytes/, { sizeBytes: 2 ** 40 }),
  withFile("has a file that is not there", "console.log", /the object \S+ is refused: it is missing/),
  withManifest("has two files of one name", /it has a file named console\.log/, (m) => ({
    ...m,
    files: [...(m.files ?? []), ...(m.files ?? [])],
  })),
  withManifest("has more files than an image has", /is not sound: files/, (m) => ({
    ...m,
    files: Array.from({ length: 1_001 }, (_, i) => ({ path: `f${i}`, sizeBytes: 1, sha256: sha256("x") })),
  })),
  withObject(
    "has other bytes",
    /its file demo\.qcow2 \(the object \S+\) has the sha256 \S+: it was damaged or replaced/,
    (disk) => Buffer.concat([disk.subarray(0, -1), Buffer.from([(disk.at(-1) ?? 0) ^ 1])]),
  ),
  withObject("was cut short", /it has 9999 bytes, not 10000/, (disk) => disk.subarray(0, -1)),
  withObject("was made longer", /it has 10001 bytes, not 10000/, (disk) => Buffer.concat([disk, Buffer.alloc(1)])),
  withObject("is empty", /it has (0|fewer) bytes, not 10000/, () => Buffer.alloc(0)),
  withObject("is gone", /is refused: it is missing/, () => undefined),
  withDisk("lies on a file of the host", /lies on a backing file/, qcow2Header(2 ** 31, { backingOffset: 104 })),
  withDisk(
    "has its data in a file of the host",
    /has its data in another file/,
    qcow2Header(2 ** 31, { features: 4n }),
  ),
  withDisk("is larger than it says", /is one of 4294967296 bytes, not of 2147483648/, qcow2Header(2 ** 32)),
  withDisk("is no qcow2", /is no qcow2/, Buffer.alloc(104)),
];
