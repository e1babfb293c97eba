import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { catalogue, type StoredImage } from "../../../store/catalogue";
import type { ImagePaths } from "../../../store/layout";
import { tryLock } from "../../../store/lock";
import { verifyImage } from "../../../store/verify";
import { makeStore, place, placeImage, placeRequest, qcow2On } from "../../support/fake-store";

let store: string;
let paths: ImagePaths;

beforeEach(() => {
  store = makeStore();
  paths = placeImage(store, "demo", "a");
});
afterEach(() => rmSync(dirname(store), { recursive: true }));

const image = (): StoredImage => catalogue(store)[0] as StoredImage;
const disk = (): string => join(paths.image, "demo.raw");

test("an image whose disk has the bytes of its manifest is sound, and every byte was read", async () => {
  let read = 0;
  expect(await verifyImage(image(), { onBytes: (bytes) => (read += bytes) })).toEqual({ kind: "sound" });
  expect(read).toBe("disk a".length);
});

test("one changed byte is found, and the image is moved aside with its requests left", async () => {
  placeRequest(paths);
  place(disk(), "disk b");
  const verdict = await verifyImage(image());
  expect(verdict).toMatchObject({
    kind: "damaged",
    reason: expect.stringMatching(/^demo\.raw has the sha256/) as string,
  });
  expect(existsSync(join((verdict as { movedTo: string }).movedTo, "demo.raw"))).toBe(true);
  expect(catalogue(store)).toEqual([]);
  expect(existsSync(join(paths.image, "requests"))).toBe(true);
});

test("a dry run tells of the damage and moves nothing", async () => {
  place(disk(), "disk b");
  expect(await verifyImage(image(), { dryRun: true })).not.toHaveProperty("movedTo");
  expect(existsSync(paths.manifest)).toBe(true);
});

test("a damaged image under an overlay is left where it is, and said to be", async () => {
  const machines = join(dirname(store), "machines");
  place(join(machines, "one", "overlay.qcow2"), qcow2On(disk()));
  place(disk(), "disk b");
  expect(await verifyImage(image(), { machines: [machines] })).toMatchObject({
    leftBecause: `the overlay ${join(machines, "one", "overlay.qcow2")} lies on it`,
  });
  expect(existsSync(paths.manifest)).toBe(true);
});

test("a damaged image that is being built is left to its builder", async () => {
  place(disk(), "disk b");
  tryLock(paths.lock);
  expect(await verifyImage(image())).toMatchObject({ leftBecause: `process ${process.pid} is building it` });
});
