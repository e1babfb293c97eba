import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { planGarbage } from "../../../store/garbage";
import { identityOf } from "../../../util/process-identity";
import { isLock, tryLock } from "../../../store/lock";
import type { ImagePaths } from "../../../store/layout";
import { removeGarbage } from "../../../store/remove";
import { registerOverlay } from "../../../store/users";
import { makeStore, place, placeImage, placeRequest, qcow2On } from "../../support/fake-store";

const NOW = Date.parse("2026-11-23T00:00:00Z");
let store: string;
let old: ImagePaths;
let machines: string;

beforeEach(() => {
  store = makeStore();
  machines = join(dirname(store), "machines");
  old = placeImage(store, "demo", "a", "2026-11-01");
  placeImage(store, "demo", "b", "2026-11-02");
});
afterEach(() => rmSync(dirname(store), { recursive: true }));

const plan = (keep = 1) => planGarbage(store, { keep, machines: [machines], failedDays: 30 }, NOW);
const goes = (keep?: number): string[] => plan(keep).garbage.map(({ kind, title }) => `${kind} ${title}`);
const reasonsOfOld = (): readonly string[] => plan().kept.find(({ path }) => path === old.image)?.reasons ?? [];
const collect = (): (string | undefined)[] =>
  plan().garbage.map((garbage) => removeGarbage(store, garbage, [machines]));

test("an image that nothing uses goes, and the newest of its name stays", () => {
  expect(goes()).toEqual(["image demo/aaaaaaaaaaaa"]);
  expect(plan().kept).toMatchObject([{ title: "demo/bbbbbbbbbbbb", reasons: ["the newest of demo"] }]);
});

test("as many of a name stay as were asked for", () => {
  expect(goes(2)).toEqual([]);
  expect(goes(0)).toHaveLength(2);
});

test("a damaged image does not take the place of a sound one among the newest", () => {
  place(placeImage(store, "demo", "c", "2026-11-03").manifest, "{");
  expect(goes()).toEqual(["image demo/cccccccccccc", "image demo/aaaaaaaaaaaa"]);
});

test("a requested image stays, and goes once Terraform has left no more than an empty folder", () => {
  placeRequest(old);
  expect(reasonsOfOld()).toEqual(["requested by 0a1b2c3d"]);
  rmSync(join(old.image, "requests", "0a1b2c3d", "build.json"));
  expect(goes()).toHaveLength(1);
});

test("a pinned image stays", () => {
  place(join(old.image, "pinned"), "");
  expect(reasonsOfOld()).toEqual(["pinned"]);
});

test("an image under a machine's overlay stays, also through a second overlay, until the overlays are gone", () => {
  const overlay = join(machines, "one", "overlay.qcow2");
  place(join(machines, "base.qcow2"), qcow2On(join(old.image, "demo.raw")));
  place(overlay, qcow2On("../base.qcow2"));
  expect(reasonsOfOld()).toEqual([`the overlay ${overlay} lies on it`]);
  rmSync(overlay);
  expect(goes()).toHaveLength(1);
});

test("an overlay that was registered counts as long as it is there and lies on that image", () => {
  const overlay = join(dirname(store), "elsewhere", "disk.qcow2");
  registerOverlay(old.image, overlay);
  expect(goes()).toHaveLength(1);
  place(overlay, qcow2On(join(old.image, "demo.raw")));
  expect(reasonsOfOld()).toEqual([`the overlay ${overlay} lies on it`]);
  place(overlay, qcow2On(join(store, "demo", "b".repeat(12), "demo.raw")));
  expect(goes()).toHaveLength(1);
});

test("an image that is being built stays", () => {
  const child = spawn("sleep", ["60"]);
  tryLock(old.lock, identityOf(child.pid));
  try {
    expect(reasonsOfOld()).toEqual([`process ${child.pid} is building it`]);
  } finally {
    child.kill("SIGKILL");
  }
});

const onLinux = process.platform === "linux" ? test : test.skip;
const why = process.platform === "linux" ? "" : " (skipped: this system has no /proc)";
onLinux(`an image whose disk a process has open stays${why}`, async () => {
  const child = spawn("tail", ["-f", join(old.image, "demo.raw")], { stdio: ["ignore", "pipe", "ignore"] });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  try {
    expect(reasonsOfOld()).toEqual([`open in process ${child.pid}`]);
  } finally {
    child.kill("SIGKILL");
  }
});

test("what goes is gone with its folder, and nothing is left in the work folder", () => {
  expect(collect()).toEqual([undefined]);
  expect(readdirSync(join(store, "demo"))).toEqual(["b".repeat(12)]);
  expect(readdirSync(join(store, ".work"))).toEqual([]);
});

test("an image that was asked for between the plan and its removal stays whole", () => {
  const { garbage } = plan();
  const before = readdirSync(old.image);
  placeRequest(old);
  expect(garbage.map((entry) => removeGarbage(store, entry, []))).toEqual(["requested by 0a1b2c3d"]);
  expect(readdirSync(old.image).sort()).toEqual([...before, "requests"].sort());
});

test("a lock of another keeps an image from being removed", () => {
  const { garbage } = plan();
  const lock = tryLock(old.lock);
  expect(removeGarbage(store, garbage[0] as (typeof garbage)[0], [])).toMatch(/is building it/);
  expect(existsSync(old.manifest)).toBe(true);
  if (isLock(lock)) lock.release();
});

test("what a killed publication left goes, the request for it stays", () => {
  rmSync(old.manifest);
  placeRequest(old);
  expect(goes()).toEqual(["unfinished image demo/aaaaaaaaaaaa"]);
  collect();
  expect(readdirSync(old.image)).toEqual(["requests"]);
});

test("evidence of failures goes when it is old enough, damaged images and folders of the dead at once", () => {
  placeRequest(old);
  place(join(store, "demo", ".failed", `${"c".repeat(12)}-20261001T000000Z`, "console.log"), "");
  place(join(store, "demo", ".failed", `${"d".repeat(12)}-20261120T000000Z`, "console.log"), "");
  place(join(store, ".damaged", "demo-x", "demo.raw"), "");
  place(join(store, ".work", "dead", "owner.json"), JSON.stringify({ ...identityOf(), started: "1" }));
  place(join(store, ".work", "living", "owner.json"), JSON.stringify(identityOf()));
  expect(goes()).toEqual(["failed build demo/cccccccccccc", "damaged image demo-x", "leftover dead"]);
  collect();
  expect(readdirSync(join(store, ".work"))).toEqual(["living"]);
  expect(readdirSync(join(store, "demo", ".failed"))).toEqual([`${"d".repeat(12)}-20261120T000000Z`]);
  expect(existsSync(join(store, ".damaged"))).toBe(false);
});

test("an empty store has nothing to remove", () => {
  rmSync(join(store, "demo"), { recursive: true });
  mkdirSync(machines);
  expect(plan()).toEqual({ garbage: [], kept: [] });
});
