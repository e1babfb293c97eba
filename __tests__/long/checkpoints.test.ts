import { appendFileSync, chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeKeyPair } from "../../builder/key-pair";
import { build } from "../../builder/main";
import { CHECKPOINT_DISK, checkpointFolder, type CheckpointManifest } from "../../store/checkpoints";
import type { Manifest } from "../../store/manifest";
import { sha256 } from "../../util/digest";
import { leftoversOf, startBuild, type StartedBuild } from "../support/fault";
import { differences } from "../support/image-files";
import { descendants } from "../support/process-tree";
import { randomlyChanged, randomNumbers, randomWords } from "../support/random";
import { demoKickstart, writeRequest, type TestImage, type WrittenRequest } from "../support/request";
import { temporaryFolder } from "../support/temporary";
import { watchedBuild } from "../support/watched-build";

const store = temporaryFolder("checkpoints");

const write = (text: string): string => `#!/bin/sh\nset -eu\necho '${text}' > /var/lib/${text}\n`;

/** An image of these scripts; all have one kickstart. */
function image(name: string, words: readonly string[], more: Partial<TestImage> = {}): WrittenRequest {
  return writeRequest(store, { name, kickstart: demoKickstart(), scripts: words.map(write), ...more });
}

const manifestOf = ({ image: folder }: WrittenRequest): Manifest =>
  JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest;

/** The stages that an image took from checkpoints. */
const taken = (written: WrittenRequest): string[] =>
  (manifestOf(written).stages ?? []).filter(({ checkpoint }) => checkpoint !== undefined).map(({ name }) => name);

/** Where the checkpoint of an image's stage lies. */
const place = (written: WrittenRequest, index: number): string =>
  checkpointFolder(store, manifestOf(written).stages?.[index]?.fingerprint ?? "");

test("two builds with one kickstart at once install once: the other one waits for that stage only, and says so", async () => {
  const images = [image("one", ["a"]), image("two", ["b"])];
  const builds = images.map(({ file }) => startBuild(file));
  expect(await Promise.all(builds.map(({ ended }) => ended))).toEqual([0, 0]);
  const outputs = builds.map(({ output }) => output());
  expect(outputs.filter((output) => / s {2}install\b/.test(output))).toHaveLength(1);
  const [waiting] = outputs.filter((output) =>
    /waits for process \d+, which is making the same stage: install/.test(output),
  );
  expect(waiting).toMatch(/install: from the checkpoint of \d{4}-\d\d-\d\d, made for (one|two)\n/);
  expect(images.map(taken).flat()).toEqual(["install"]);
}, 900_000);

test("an image that went on from a checkpoint has the files of one that was built from nothing", async () => {
  const resumed = image("one", ["a", "c"]);
  await build(resumed.file, { write: () => undefined });
  expect(taken(resumed)).toEqual(["install", "provisioner 1"]);
  await expectFilesOfAFreshBuild(resumed, ["a", "c"]);
}, 900_000);

test("a random recipe that was changed at random has the files of one that was built from nothing", async () => {
  const random = randomNumbers(12);
  const before = randomWords(random, 2);
  const after = randomlyChanged(before, random);
  for (const words of [before, after]) await build(image("random", words).file, { write: () => undefined });
  const resumed = image("random", after);
  expect(taken(resumed).length).toBeGreaterThan(0);
  await expectFilesOfAFreshBuild(resumed, after);
}, 900_000);

/** Builds the same from nothing, and compares the two file by file. */
async function expectFilesOfAFreshBuild({ image: folder, request }: WrittenRequest, words: readonly string[]) {
  const { name } = request;
  const other = temporaryFolder("fresh");
  const recipe: TestImage = { name, kickstart: demoKickstart(), scripts: words.map(write), checkpoints: "none" };
  const fresh = writeRequest(other, recipe);
  await build(fresh.file, { write: () => undefined });
  expect(readdirSync(other)).not.toContain(".checkpoints");
  const [ours, theirs] = [folder, fresh.image].map((one) => join(one, `${name}.qcow2`)) as [string, string];
  const { count, differing } = differences(ours, theirs);
  expect(count).toBeGreaterThan(1000);
  expect(differing).toEqual([]);
}

test("a damaged checkpoint, and one whose key opens nothing, are removed, and the build goes on from the stage before", async () => {
  const before = image("one", ["a", "c"]);
  const [first, second] = [place(before, 1), place(before, 2)];
  const disk = join(second, CHECKPOINT_DISK);
  chmodSync(disk, 0o600);
  appendFileSync(disk, "x");
  replaceKey(first);
  const { manifest, lines } = await watchedBuild(image("one", ["a", "c", "d"]).file);
  const said = lines.join("\n");
  expect(said).toContain("the checkpoint after provisioner 2 is removed: its disk.qcow2 is not what was written");
  expect(said).toMatch(/the checkpoint after provisioner 1 is removed: login refused: key or password/);
  const from = (manifest?.stages ?? []).filter(({ checkpoint }) => checkpoint !== undefined);
  expect(from.map(({ name }) => name)).toEqual(["install"]);
  expect(readdirSync(join(store, ".checkpoints"))).toContain(second.split("/").at(-1));
}, 900_000);

/** Gives a checkpoint another key, so that nothing but the machine shows it. */
function replaceKey(folder: string): void {
  const [key, file] = [join(folder, "build-key.pem"), join(folder, "manifest.json")];
  const manifest = JSON.parse(readFileSync(file, "utf8")) as CheckpointManifest;
  const { privateKey } = makeKeyPair("another");
  chmodSync(key, 0o600);
  writeFileSync(key, privateKey);
  writeFileSync(
    file,
    JSON.stringify({ ...manifest, files: { ...manifest.files, "build-key.pem": sha256(privateKey) } }),
  );
}

test("a build that is killed leaves whole checkpoints only, and the next one goes on from them", async () => {
  const written = image("killed", ["k", "l"], { revision: "killed" });
  const killed = startBuild(written.file);
  await says(killed, "provisioner 1: kept as a checkpoint");
  for (const { pid, commandLine } of descendants(killed.root)) {
    if (/builder\/main\.ts/.test(commandLine)) process.kill(pid, "SIGKILL");
  }
  await killed.ended;
  const next = startBuild(written.file);
  expect([await next.ended, next.output()]).toEqual([0, expect.stringContaining("provisioner")]);
  expect(taken(written).slice(0, 2)).toEqual(["install", "provisioner 1"]);
  expect(leftoversOf(store)).toEqual([]);
}, 900_000);

async function says(build: StartedBuild, text: string): Promise<void> {
  while (!build.output().includes(text)) await new Promise((resolve) => setTimeout(resolve, 20));
}
