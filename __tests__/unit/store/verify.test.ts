import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { listImages, type StoredImage } from "../../../store/list";
import type { ImagePaths } from "../../../store/layout";
import { tryLock } from "../../../util/process-lock.js";
import type { Manifest } from "../../../store/manifest";
import { describeFiles } from "../../../store/place";
import { verifyImage } from "../../../store/verify";
import { makeStore, place, placeImage, placeRequest, qcow2On } from "../../support/fake-store";

let store: string;
let paths: ImagePaths;

beforeEach(() => {
  store = makeStore();
  paths = placeImage(store, "demo", "a");
});

const image = (): StoredImage => listImages(store)[0] as StoredImage;
const disk = (): string => join(paths.image, "demo.raw");

test("an image whose disk has the bytes of its manifest is sound, and every byte was read", async () => {
  let read = 0;
  expect(await verifyImage(image(), { onBytes: (bytes) => (read += bytes) })).toEqual({ kind: "sound" });
  expect(read).toBe("disk a".length);
});

it("finds a changed contents.json, and passes over a changed log", async () => {
  const manifest = JSON.parse(readFileSync(paths.manifest, "utf8")) as Manifest;
  place(join(paths.image, "contents.json"), "{}");
  place(join(paths.image, "console.log"), "old");
  const files = await describeFiles(
    ["contents.json", "console.log"].map((name) => join(paths.image, name)),
    join(paths.image, "recipe"),
  );
  place(paths.manifest, JSON.stringify({ ...manifest, files }));
  place(join(paths.image, "console.log"), "new");
  expect(await verifyImage(image())).toEqual({ kind: "sound" });
  place(join(paths.image, "contents.json"), "[]");
  expect(await verifyImage(image(), { dryRun: true })).toMatchObject({
    kind: "damaged",
    reason: expect.stringContaining("contents.json has the sha256") as string,
  });
});

test("one changed byte is found, and the image goes into quarantine; its requests go, so that Terraform makes it anew", async () => {
  placeRequest(paths);
  place(disk(), "disk b");
  const verdict = await verifyImage(image());
  expect(verdict).toMatchObject({
    kind: "damaged",
    reason: expect.stringMatching(/^demo\.raw has the sha256/) as string,
  });
  expect(existsSync(join((verdict as { movedTo: string }).movedTo, "demo.raw"))).toBe(true);
  expect(listImages(store)).toEqual([]);
  expect(existsSync(join(paths.image, "requests"))).toBe(false);
});

test("a dry run reports the damage and moves nothing", async () => {
  place(disk(), "disk b");
  expect(await verifyImage(image(), { dryRun: true })).not.toHaveProperty("movedTo");
  expect(existsSync(paths.manifest)).toBe(true);
});

test("a damaged image under an overlay is reported and not moved", async () => {
  const machines = join(dirname(store), "machines");
  place(join(machines, "one", "overlay.qcow2"), qcow2On(disk()));
  place(disk(), "disk b");
  expect(await verifyImage(image(), { machines: [machines] })).toMatchObject({
    leftBecause: `the overlay ${join(machines, "one", "overlay.qcow2")} lies on it`,
  });
  expect(existsSync(paths.manifest)).toBe(true);
});

test("a damaged image is not moved while it is being built", async () => {
  place(disk(), "disk b");
  tryLock(paths.lock);
  expect(await verifyImage(image())).toMatchObject({ leftBecause: `process ${process.pid} is building it` });
});

test("an image of another version of os-images is neither judged nor moved", async () => {
  const manifest = JSON.parse(readFileSync(paths.manifest, "utf8")) as object;
  place(paths.manifest, JSON.stringify({ ...manifest, manifestVersion: 2 }));
  place(disk(), "disk b");
  expect(await verifyImage(image())).toEqual({
    kind: "foreign",
    reason: "its manifest.json has version 2, and this program knows 1",
  });
  expect(existsSync(disk()) && existsSync(paths.manifest)).toBe(true);
});

test("a folder of another program that looks like a damaged image is not moved", async () => {
  rmSync(join(paths.image, "recipe"), { recursive: true });
  place(paths.manifest, "{ no JSON");
  expect(await verifyImage(image())).toMatchObject({ leftBecause: "nothing in it shows that os-images made it" });
  expect(existsSync(disk())).toBe(true);
});
