import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Manifest } from "../../store/manifest";
import { Deployment } from "../faults/deployment";
import { killOnce, type Kill } from "../faults/kill";
import { halfImagesIn, halfImagesOf, leftoversOf, startBuild } from "../support/fault";
import { descendants, stillRunning } from "../support/process-tree";
import { writeRequest } from "../support/request";
import { tinyImage, tinyMedium } from "../support/tiny-medium";
import { temporaryFolder } from "../support/temporary";

let folder: string;
let store: string;
let medium: { readonly iso: string; readonly sha256: string };

beforeAll(() => {
  folder = temporaryFolder("kills");
  store = join(folder, "store");
  medium = tinyMedium(folder, 6);
});

/** A sample of what `npm run test:faults` does in every phase and to every process. */
const KILLS: readonly Kill[] = [
  { phase: "install", victim: "qemu", signal: "SIGKILL", call: 1 },
  { phase: "install", victim: "deploy", signal: "SIGKILL", call: 1 },
  { phase: "install", victim: "terraform", signal: "SIGKILL", call: 1 },
  { phase: "publish", victim: "builder", signal: "SIGKILL", call: 5 },
];

test("kills in different phases leave no process, lock, work folder or half image, and the next deploy succeeds", async () => {
  const key = join(folder, "no-key");
  const props = { store: join(folder, "killed"), tiny: medium, system: { ...medium, keyFile: key } };
  const deployment = new Deployment(props);
  for (const kill of KILLS) {
    const report = await killOnce(deployment, "tiny", kill, join(folder, "stopped"));
    expect(report).toMatchObject({ ...kill, hit: kill.phase, survivors: [], leftovers: [], halfImages: [] });
  }
  const deploy = deployment.start("tiny", "terraform");
  expect([await deploy.ended, deploy.output()]).toEqual([0, expect.stringContaining("is there")]);
  expect([halfImagesIn(deployment.image("tiny")), leftoversOf(props.store)]).toEqual([[], []]);
}, 240_000);

test("five deploys of one recipe at once make one build, and all take its image", async () => {
  const request = writeRequest(store, { ...tinyImage(medium), revision: "five" });
  const builds = Array.from({ length: 5 }, () => startBuild(request.file));
  expect(await Promise.all(builds.map(({ ended }) => ended))).toEqual([0, 0, 0, 0, 0]);
  const outputs = builds.map(({ output }) => output());
  expect(outputs.filter((output) => / publish\b/.test(output))).toHaveLength(1);
  expect(outputs.filter((output) => /waits for process|is there/.test(output))).toHaveLength(5);
}, 180_000);

test("a second build of one request starts nothing and changes nothing", async () => {
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

test("an image whose disk is gone goes into quarantine and is built again", async () => {
  const request = writeRequest(store, { ...tinyImage(medium), revision: "five" });
  const { disk } = JSON.parse(readFileSync(join(request.image, "manifest.json"), "utf8")) as Manifest;
  rmSync(join(request.image, disk.file));
  const built = startBuild(request.file);
  expect([await built.ended, built.output()]).toEqual([
    0,
    expect.stringContaining("put into quarantine, as tiny.qcow2 is missing"),
  ]);
  expect(halfImagesOf(request)).toEqual([]);
}, 120_000);

test("SIGINT to the builder ends it with 130 and leaves nothing", async () => {
  const request = writeRequest(store, { ...tinyImage(medium), revision: "interrupted" });
  const built = startBuild(request.file);
  while (!/ s {2}install\b/.test(built.output())) await sleep(50);
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
