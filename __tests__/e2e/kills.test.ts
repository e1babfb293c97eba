import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Manifest } from "../../store/manifest";
import { halfImagesOf, killDuring, leftoversOf, startBuild, VICTIMS } from "../support/fault";
import { descendants, stillRunning } from "../support/process-tree";
import { writeRequest } from "../support/request";
import { tinyImage, tinyMedium } from "../support/tiny-medium";

let folder: string;
let store: string;
let medium: { readonly iso: string; readonly sha256: string };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "os-images-kills-"));
  store = join(folder, "store");
  medium = tinyMedium(folder, 6);
});
afterAll(() => rmSync(folder, { recursive: true }));

const victims = VICTIMS.filter((victim) => victim !== "guard");

test.each(victims)(
  "a SIGKILL to %s leaves no process, no lock, no work folder and no half image",
  async (victim) => {
    const report = await killDuring(store, medium, `kill ${victim}`, victim, 5_000);
    expect(report).toEqual({ hit: true, survivors: [], leftovers: [], halfImages: [] });
  },
  60_000,
);

test("after all those kills the next build succeeds", async () => {
  const request = writeRequest(store, { ...tinyImage(medium), revision: "kill builder" });
  const built = startBuild(request.file);
  expect([await built.ended, built.output()]).toEqual([0, expect.stringContaining("is there")]);
  expect(halfImagesOf(request)).toEqual([]);
  expect(leftoversOf(store)).toEqual([]);
}, 120_000);

test("five deploys of one recipe at once make one build, and all take its image", async () => {
  const request = writeRequest(store, { ...tinyImage(medium), revision: "five" });
  const builds = Array.from({ length: 5 }, () => startBuild(request.file));
  expect(await Promise.all(builds.map(({ ended }) => ended))).toEqual([0, 0, 0, 0, 0]);
  const outputs = builds.map(({ output }) => output());
  expect(outputs.filter((output) => / publish\b/.test(output))).toHaveLength(1);
  expect(outputs.filter((output) => /waits for process|is there/.test(output))).toHaveLength(5);
}, 180_000);

test("a second run starts nothing and changes nothing", async () => {
  const request = writeRequest(store, { ...tinyImage(medium), revision: "five" });
  const before = readFileSync(join(request.image, "manifest.json"), "utf8");
  const again = startBuild(request.file);
  const seen = new Set<string>();
  const ended = again.ended.then(() => true);
  while (!(await Promise.race([ended, sleep(20).then(() => false)]))) {
    for (const { commandLine } of descendants(again.root)) seen.add(commandLine);
  }
  expect([...seen].filter((line) => /packer|qemu|python/.test(line.split(" ")[0] ?? ""))).toEqual([]);
  expect(readFileSync(join(request.image, "manifest.json"), "utf8")).toBe(before);
}, 30_000);

test("an image whose disk is gone is moved aside and built anew", async () => {
  const request = writeRequest(store, { ...tinyImage(medium), revision: "five" });
  const { disk } = JSON.parse(readFileSync(join(request.image, "manifest.json"), "utf8")) as Manifest;
  rmSync(join(request.image, disk.file));
  const built = startBuild(request.file);
  expect([await built.ended, built.output()]).toEqual([
    0,
    expect.stringContaining("moved aside, as tiny.qcow2 is missing"),
  ]);
  expect(halfImagesOf(request)).toEqual([]);
}, 120_000);

test("SIGINT to the builder ends it with 130 and leaves nothing", async () => {
  const request = writeRequest(store, { ...tinyImage(medium), revision: "interrupted" });
  const built = startBuild(request.file);
  await sleep(5_000);
  const tree = descendants(built.root);
  const builder = tree.find(
    ({ commandLine }) => /builder\/main\.ts/.test(commandLine) && !/ -e |^\/bin\/sh/.test(commandLine),
  );
  process.kill(builder?.pid ?? 0, "SIGINT");
  expect(await built.ended).toBe(130);
  expect(built.output()).toContain("interrupted: SIGINT");
  expect(stillRunning(tree)).toEqual([]);
  expect(leftoversOf(store)).toEqual([]);
}, 60_000);
