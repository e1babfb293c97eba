import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildsOf } from "../../../store/builds";
import { findImage, listImages, requireStore } from "../../../store/list";
import { isLock, tryLock } from "../../../util/process-lock.js";
import { pathsOfImage } from "../../../store/layout";
import { makeStore, place, placeImage, placeRequest } from "../../support/fake-store";

let store: string;

beforeEach(() => (store = makeStore()));

test("images are listed by name, the newest of a name first", () => {
  placeImage(store, "web", "a");
  placeImage(store, "demo", "b", "2026-11-01");
  placeImage(store, "demo", "c", "2026-11-02");
  const listed = listImages(store).map(({ paths }) => `${paths.name} ${paths.shortFingerprint[0]}`);
  expect(listed).toEqual(["demo c", "demo b", "web a"]);
});

test("a folder with a request but no manifest is not listed as an image", () => {
  placeRequest(pathsOfImage(store, "demo", "a".repeat(12)));
  expect(listImages(store)).toEqual([]);
});

test.each([
  ["no JSON", "{", /^its manifest\.json is no JSON$/],
  ["without a disk", '{"manifestVersion":1}', /^its manifest\.json is not sound: name: /],
])("a manifest that is %s is a damaged image, not a crash", (_, text, reason) => {
  place(placeImage(store, "demo", "a").manifest, text);
  expect(listImages(store)).toMatchObject([{ state: "damaged", reason: expect.stringMatching(reason) as string }]);
});

test("a manifest that cannot be read is a damaged image too", () => {
  const { manifest } = placeImage(store, "demo", "a");
  rmSync(manifest);
  mkdirSync(manifest);
  expect(listImages(store)).toMatchObject([{ state: "damaged", reason: "its manifest.json cannot be read (EISDIR)" }]);
});

test("a build is listed as running until its builder releases the lock", () => {
  const lock = tryLock(pathsOfImage(store, "demo", "a".repeat(12)).lock);
  mkdirSync(join(store, "demo", "a".repeat(12)), { recursive: true });
  expect(listImages(store)).toMatchObject([{ state: "building" }]);
  if (isLock(lock)) lock.release();
  expect(listImages(store)).toEqual([]);
});

test("a failed build is listed with its reason until the image exists", () => {
  const failure = JSON.stringify({ cause: "kernel panic", reason: "the kernel panicked" });
  place(join(store, "demo", ".failed", `${"a".repeat(12)}-20261102T030405Z`, "failure.json"), failure);
  expect(listImages(store)).toMatchObject([
    { state: "failed", reason: "the kernel panicked", time: "2026-11-02T03:04:05.000Z" },
  ]);
  placeImage(store, "demo", "a");
  expect(listImages(store)).toMatchObject([{ state: "ok" }]);
});

test("the newest build of a name is the one that ended last, whether it failed or not", () => {
  placeImage(store, "demo", "a", "2026-11-01");
  place(join(store, "demo", ".failed", `${"b".repeat(12)}-20261102T030405Z`, "console.log"), "");
  expect(buildsOf(store, "demo").map(({ kind }) => kind)).toEqual(["failed", "image"]);
});

test("a name alone means its newest image, digits the image whose fingerprint begins with them", () => {
  placeImage(store, "demo", "a", "2026-11-01");
  placeImage(store, "demo", "b", "2026-11-02");
  const digits = (reference: string): string | undefined => findImage(store, reference).paths.shortFingerprint[0];
  expect([digits("demo"), digits("demo@latest"), digits("demo/aaa"), digits(`demo/${"a".repeat(64)}`)]).toEqual([
    "b",
    "b",
    "a",
    "a",
  ]);
});

test("a reference to no image is an error that lists the images", () => {
  placeImage(store, "demo", "a");
  expect(() => findImage(store, "web")).toThrow(/has nothing named "web": it has demo/);
  expect(() => findImage(store, "demo/b")).toThrow(/there is demo\/aaaaaaaaaaaa/);
  expect(() => findImage(store, "../x")).toThrow(/names no image/);
});

test("a missing store is a user error", () => {
  expect(() => requireStore(join(store, "none"))).toThrow(/there is no store at .*--store DIR/);
});
