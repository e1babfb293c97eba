import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ownFolder } from "../../../store/abandoned";
import { planGc } from "../../../store/gc-plan";
import { removeGarbage } from "../../../store/gc-remove";
import type { ImagePaths } from "../../../store/layout";
import { registerOverlay } from "../../../store/overlays";
import { isLock, makeLifeSign, tryLock } from "../../../util/process-lock.js";
import { identityOf } from "../../../util/processes";
import { makeStore, place, placeExport, placeImage, placeRequest, qcow2On } from "../../support/fake-store";

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

const plan = (keep = 1) => planGc(store, { keep, machines: [machines], failedDays: 30 }, NOW);
const goes = (keep?: number): string[] => plan(keep).garbage.map(({ kind, title }) => `${kind} ${title}`);
const reasonsOfOld = (): readonly string[] => plan().kept.find(({ path }) => path === old.image)?.reasons ?? [];
const collect = (): (string | undefined)[] =>
  plan().garbage.map((garbage) => removeGarbage(store, garbage, [machines]));

/** A work folder as a builder makes it. */
function workFolder(digits: string): string {
  const folder = join(store, ".work", `demo-${"a".repeat(12)}-${digits}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

test("an unused image is removed, and the newest of its name is kept", () => {
  expect(goes()).toEqual(["image demo/aaaaaaaaaaaa"]);
  expect(plan().kept).toMatchObject([{ title: "demo/bbbbbbbbbbbb", reasons: ["the newest of demo"] }]);
});

test("--keep keeps that many images of each name", () => {
  expect(goes(2)).toEqual([]);
  expect(goes(0)).toHaveLength(2);
});

test("a damaged image does not take the place of a sound one among the newest", () => {
  place(placeImage(store, "demo", "c", "2026-11-03").manifest, "{");
  expect(goes()).toEqual(["image demo/cccccccccccc", "image demo/aaaaaaaaaaaa"]);
});

test("a requested image is kept, and removed when Terraform has left only an empty request folder", () => {
  placeRequest(old);
  expect(reasonsOfOld()).toEqual(["requested by 0a1b2c3d"]);
  rmSync(join(old.image, "requests", "0a1b2c3d", "build.json"));
  expect(goes()).toHaveLength(1);
});

test("a pinned image is kept", () => {
  place(join(old.image, "pinned"), "");
  expect(reasonsOfOld()).toEqual(["pinned"]);
});

test("an image under a machine's overlay is kept until the overlay is gone, also under a second overlay", () => {
  const overlay = join(machines, "one", "overlay.qcow2");
  place(join(machines, "base.qcow2"), qcow2On(join(old.image, "demo.raw")));
  place(overlay, qcow2On("../base.qcow2"));
  expect(reasonsOfOld()).toEqual([`the overlay ${overlay} lies on it`]);
  rmSync(overlay);
  expect(goes()).toHaveLength(1);
});

test("a registered overlay counts as long as it exists and has that image as its base", () => {
  const overlay = join(dirname(store), "elsewhere", "disk.qcow2");
  registerOverlay(old.image, overlay);
  expect(goes()).toHaveLength(1);
  place(overlay, qcow2On(join(old.image, "demo.raw")));
  expect(reasonsOfOld()).toEqual([`the overlay ${overlay} lies on it`]);
  place(overlay, qcow2On(join(store, "demo", "b".repeat(12), "demo.raw")));
  expect(goes()).toHaveLength(1);
});

test("an image that is being built is kept", () => {
  const lock = tryLock(old.lock);
  expect(reasonsOfOld()).toEqual([`process ${process.pid} is building it`]);
  if (isLock(lock)) lock.release();
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

test("a removed image is gone with its folder, and nothing is left in the work folder", () => {
  expect(collect()).toEqual([undefined]);
  expect(readdirSync(join(store, "demo"))).toEqual(["b".repeat(12)]);
  expect(readdirSync(join(store, ".work"))).toEqual([]);
});

test("an image that is requested between the plan and its removal is kept whole", () => {
  const { garbage } = plan();
  const before = readdirSync(old.image);
  placeRequest(old);
  expect(garbage.map((entry) => removeGarbage(store, entry, []))).toEqual(["requested by 0a1b2c3d"]);
  expect(readdirSync(old.image).sort()).toEqual([...before, "requests"].sort());
});

test("an image that another process has locked is kept", () => {
  const { garbage } = plan();
  const lock = tryLock(old.lock);
  expect(removeGarbage(store, garbage[0] as (typeof garbage)[0], [])).toMatch(/is building it/);
  expect(existsSync(old.manifest)).toBe(true);
  if (isLock(lock)) lock.release();
});

test("the files of a killed publication are removed, its request is kept", () => {
  rmSync(old.manifest);
  placeRequest(old);
  expect(goes()).toEqual(["unfinished image demo/aaaaaaaaaaaa"]);
  collect();
  expect(readdirSync(old.image)).toEqual(["requests"]);
});

test("evidence of failures is removed when it is old, quarantined images and folders of dead builds at once", () => {
  placeRequest(old);
  place(join(store, "demo", ".failed", `${"c".repeat(12)}-20261001T000000Z`, "console.log"), "");
  place(join(store, "demo", ".failed", `${"d".repeat(12)}-20261120T000000Z`, "console.log"), "");
  place(join(store, ".damaged", "demo-x", "demo.raw"), "");
  const [dead, living] = [workFolder("1".repeat(12)), workFolder("2".repeat(12))];
  symlinkSync("../../.locks/gone", join(dead, "owner"));
  mkdirSync(join(store, ".locks"));
  ownFolder(living, makeLifeSign(join(store, ".locks", "living")));
  expect(goes()).toEqual([
    "failed build demo/cccccccccccc",
    "damaged image demo-x",
    "work folder demo-aaaaaaaaaaaa-111111111111",
  ]);
  collect();
  expect(readdirSync(join(store, ".work"))).toEqual(["demo-aaaaaaaaaaaa-222222222222"]);
  expect(readdirSync(join(store, "demo", ".failed"))).toEqual([`${"d".repeat(12)}-20261120T000000Z`]);
  expect(existsSync(join(store, ".damaged"))).toBe(false);
});

test("nothing is removed from an empty store", () => {
  rmSync(join(store, "demo"), { recursive: true });
  mkdirSync(machines);
  expect(plan()).toEqual({ garbage: [], kept: [] });
});

test("files of another program in a folder named by 12 hex digits are kept", () => {
  place(join(store, "photos", "202611240300", "beach.jpg"), "");
  place(join(store, "webapp", "202611240301", "manifest.json"), '{ "name": "a web app", "icons": [] }');
  place(join(store, "webapp", "202611240302", "manifest.json"), "no JSON");
  expect(goes()).toEqual(["image demo/aaaaaaaaaaaa"]);
  collect();
  expect(existsSync(join(store, "photos", "202611240300", "beach.jpg"))).toBe(true);
  expect(readdirSync(join(store, "webapp")).sort()).toEqual(["202611240301", "202611240302"]);
});

test("an image of another version of os-images is kept, with the reason", () => {
  const manifest = JSON.parse(readFileSync(old.manifest, "utf8")) as object;
  place(old.manifest, JSON.stringify({ ...manifest, manifestVersion: 2 }));
  expect(reasonsOfOld()).toEqual(["its manifest.json has version 2, and this program knows 1"]);
});

test("an image that two states request is kept when one of them releases it", () => {
  placeRequest(old, "11111111");
  placeRequest(old, "22222222");
  rmSync(join(old.image, "requests", "11111111"), { recursive: true });
  expect(reasonsOfOld()).toEqual(["requested by 22222222"]);
});

onLinux(`an image that is named on the command line of a process stays${why}`, () => {
  const disk = join(old.image, "demo.raw");
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)", `file=${disk}`], { stdio: "ignore" });
  try {
    expect(reasonsOfOld()).toEqual([`named on the command line of process ${child.pid}`]);
  } finally {
    child.kill("SIGKILL");
  }
});

describe("a work folder whose builder and guard are gone", () => {
  const children: ReturnType<typeof spawn>[] = [];
  let folder: string;

  const start = (cwd: string, detached = true) => {
    const child = spawn("sleep", ["60"], { cwd, detached, stdio: "ignore" });
    children.push(child);
    return child;
  };
  beforeEach(() => {
    folder = workFolder("0".repeat(12));
    symlinkSync("../../.locks/gone", join(folder, "owner"));
    placeRequest(old);
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  onLinux(`goes with the processes of its build${why}`, async () => {
    const packer = start(folder);
    writeFileSync(join(folder, "group.json"), JSON.stringify(identityOf(packer.pid)));
    const gone = once(packer, "exit");
    expect(collect()).toEqual([undefined]);
    expect(await gone).toEqual([null, "SIGKILL"]);
    expect(existsSync(folder)).toBe(false);
  });

  onLinux(`goes with the rest of the build's group once its leader is gone${why}`, async () => {
    const script = `sleep 60 & echo $!; exec sleep 60`;
    const packer = spawn("/bin/sh", ["-c", script], {
      cwd: folder,
      detached: true,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [bytes] = (await once(packer.stdout, "data")) as [Buffer];
    writeFileSync(join(folder, "group.json"), JSON.stringify(identityOf(packer.pid)));
    packer.kill("SIGKILL");
    await once(packer, "exit");
    const qemu = Number(bytes.toString());
    expect(identityOf(qemu)).toBeDefined();
    collect();
    for (let tries = 0; tries < 50 && identityOf(qemu) !== undefined; tries++) await sleep(20);
    expect(identityOf(qemu)).toBeUndefined();
  });

  onLinux(`stays, and so does a process that only works in it${why}`, async () => {
    const shell = start(folder);
    writeFileSync(join(folder, "group.json"), JSON.stringify({ ...identityOf(shell.pid), pid: 1 }));
    expect(collect()).toEqual(["a process works in it"]);
    await sleep(50);
    expect([existsSync(folder), shell.exitCode, shell.signalCode]).toEqual([true, null, null]);
  });

  onLinux(`spares a process that has got the group's number since${why}`, async () => {
    const other = start(folder);
    const leader = { ...identityOf(other.pid), started: "99999999999" };
    writeFileSync(join(folder, "group.json"), JSON.stringify(leader));
    expect(collect()).toEqual(["a process works in it"]);
    await sleep(50);
    expect(other.signalCode).toBeNull();
  });

  test("does not include folders of other programs in the store's work folder", () => {
    mkdirSync(join(store, ".work", "notes"));
    const plan = planGc(store, { keep: 1, machines: [], failedDays: 30 }, Date.now() + 3_600_000);
    expect(plan.garbage.map(({ title }) => title)).toEqual([`demo-${"a".repeat(12)}-${"0".repeat(12)}`]);
  });
});

describe("an export", () => {
  const EXPORT = `export demo/${"a".repeat(12)} azure-${"c".repeat(12)}`;
  const exported = (): ImagePaths => placeExport(old, "azure", "c");

  test("goes if nothing asks for it, whether its image stays or not", () => {
    const paths = exported();
    expect(goes()).toEqual([EXPORT, "image demo/aaaaaaaaaaaa"]);
    placeRequest(old);
    expect(goes()).toEqual([EXPORT]);
    expect(collect()).toEqual([undefined]);
    expect([existsSync(paths.image), existsSync(dirname(paths.image)), existsSync(old.manifest)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  test("stays while somebody asks for it or uses it, and keeps its image", () => {
    const paths = exported();
    placeRequest(paths);
    expect(goes()).toEqual([]);
    expect(reasonsOfOld()).toEqual(["its export for azure: requested by 0a1b2c3d"]);
    rmSync(join(paths.image, "requests"), { recursive: true });
    const overlay = join(store, "overlay.qcow2");
    place(overlay, qcow2On(join(paths.image, "file")));
    registerOverlay(paths.image, overlay);
    expect(goes()).toEqual([]);
    rmSync(overlay);
    const lock = tryLock(paths.lock);
    expect(goes()).toEqual([]);
    if (isLock(lock)) lock.release();
    expect(goes()).toEqual([EXPORT, "image demo/aaaaaaaaaaaa"]);
  });

  test("that somebody asks for in the moment of its removal stays whole, and so does its image", () => {
    const paths = exported();
    const plans = plan().garbage;
    placeRequest(paths);
    expect(plans.map((garbage) => removeGarbage(store, garbage, [machines]))).toEqual([
      "requested by 0a1b2c3d",
      "its export for azure: requested by 0a1b2c3d",
    ]);
    expect([existsSync(paths.manifest), existsSync(old.manifest)]).toEqual([true, true]);
  });

  test("without a manifest is what a kill left, and goes unless it is being made", () => {
    const paths = exported();
    placeRequest(old);
    rmSync(paths.manifest);
    place(
      join(paths.image, "requests", "gone", "export.json"),
      JSON.stringify({ name: "demo", fingerprint: "c".repeat(64) }),
    );
    expect(goes()).toEqual([]);
    place(join(paths.image, "recipe", "export.json"), JSON.stringify({ name: "demo", fingerprint: "c".repeat(64) }));
    rmSync(join(paths.image, "requests"), { recursive: true });
    expect(goes()).toEqual([`unfinished ${EXPORT}`]);
  });
});

test("an image that a requested one is built on is kept, by its fingerprint or its disk's path", () => {
  const web = placeImage(store, "web", "c");
  const request = join(web.image, "requests", "0a1b2c3d", "build.json");
  const on = (base: string, medium: object): void =>
    place(request, JSON.stringify({ name: "web", fingerprint: "c".repeat(64), recipe: { base }, medium }));
  on("a".repeat(64), { kind: "image", name: "demo", store: "../../../.." });
  expect(reasonsOfOld()).toEqual(["web/cccccccccccc is built on it"]);
  on("f".repeat(64), { kind: "image", name: "demo", store: "", disk: { path: join(old.image, "demo.raw") } });
  expect(reasonsOfOld()).toEqual(["web/cccccccccccc is built on it"]);
  on("f".repeat(64), { kind: "image", name: "demo", store: "../../../.." });
  expect(goes()).toEqual(["image demo/aaaaaaaaaaaa"]);
});
