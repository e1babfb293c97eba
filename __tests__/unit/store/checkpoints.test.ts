import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  checkpointChain,
  checkpointFolder,
  type CheckpointManifest,
  checkpointsOver,
  listCheckpoints,
  markUsed,
  publishCheckpoint,
} from "../../../store/checkpoints";
import { planGc } from "../../../store/gc-plan";
import { removeGarbage } from "../../../store/gc-remove";
import { temporaryFolder } from "../../support/temporary";

const hex = (character: string): string => character.repeat(64);

/** Puts a checkpoint there, of so many KiB; `used` is an hour of a day. */
function put(store: string, digit: string, base?: string, used = 0, kib = 4): CheckpointManifest {
  const manifest: CheckpointManifest = {
    checkpointVersion: 1,
    fingerprint: hex(digit),
    stage: base === undefined ? "install" : "provisioner 1",
    madeFor: "base",
    madeAt: "2026-11-20T00:00:00.000Z",
    ...(base !== undefined && { base: { fingerprint: hex(base), diskSha256: hex(base) } }),
    files: { "disk.qcow2": hex(digit) },
  };
  const folder = checkpointFolder(store, manifest.fingerprint);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "disk.qcow2"), Buffer.alloc(kib * 1024, 1));
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  const time = new Date(Date.UTC(2026, 10, 20, used));
  utimesSync(join(folder, "manifest.json"), time, time);
  return manifest;
}

const chainOf = (store: string, digit: string): unknown => {
  const { chain, reason } = checkpointChain(store, hex(digit)) ?? {};
  return reason ?? chain?.map(({ fingerprint }) => fingerprint[0]).join("");
};

describe("a checkpoint", () => {
  it("is there if and only if its manifest is, with those under it", () => {
    const store = temporaryFolder();
    expect(checkpointChain(store, hex("a"))).toBeUndefined();
    put(store, "a");
    put(store, "b", "a");
    expect([chainOf(store, "a"), chainOf(store, "b")]).toEqual(["a", "ab"]);
    rmSync(join(checkpointFolder(store, hex("b")), "manifest.json"));
    expect(chainOf(store, "b")).toBe("its manifest.json is missing or no JSON");
  });

  it("is not taken when something is wrong with it or under it", () => {
    const store = temporaryFolder();
    const change = (digit: string, changed: object): void => {
      const manifest = { ...put(store, digit), ...changed };
      writeFileSync(join(checkpointFolder(store, hex(digit)), "manifest.json"), JSON.stringify(manifest));
    };
    put(store, "b", "a");
    expect(chainOf(store, "b")).toBe("the one under it is gone");
    change("a", { files: { "disk.qcow2": hex("c") } });
    expect(chainOf(store, "b")).toBe("the one under it was made anew");
    change("a", { checkpointVersion: 2 });
    expect(chainOf(store, "b")).toBe("another version of os-images made it");
    change("a", { fingerprint: hex("d") });
    expect(chainOf(store, "a")).toBe("it is another stage's");
    change("a", { madeAt: "yesterday" });
    expect(chainOf(store, "a")).toBe("its manifest.json is not sound");
    change("a", { base: { fingerprint: hex("b"), diskSha256: hex("b") } });
    expect(chainOf(store, "a")).toBe("it stands on itself");
    change("a", { files: { "../../x": hex("a") } });
    expect(chainOf(store, "a")).toBe("its manifest.json is not sound");
    rmSync(join(checkpointFolder(store, put(store, "a").fingerprint), "disk.qcow2"));
    expect(chainOf(store, "a")).toBe("its disk.qcow2 is missing");
  });

  it("is published whole, and the first one stays", () => {
    const store = temporaryFolder();
    const folder = join(store, "new");
    const make = (name: string): void => {
      mkdirSync(folder);
      writeFileSync(join(folder, name), "");
    };
    mkdirSync(join(store, ".checkpoints"));
    make("one");
    expect(publishCheckpoint(store, folder, hex("a"))).toBe(true);
    make("two");
    expect(publishCheckpoint(store, folder, hex("a"))).toBe(false);
    expect(readdirSync(checkpointFolder(store, hex("a")))).toEqual(["one"]);
  });
});

describe("over the limit", () => {
  const gone = (store: string, kib: number): string =>
    checkpointsOver(listCheckpoints(store), kib * 1024)
      .map(({ digits }) => digits[0])
      .join("");

  it("those go that were used least recently, and none before what stands on it", () => {
    const store = temporaryFolder();
    put(store, "a", undefined, 1, 100);
    put(store, "b", "a", 2, 100);
    put(store, "c", "b", 4, 100);
    put(store, "d", undefined, 3, 100);
    expect(gone(store, 1000)).toBe("");
    expect(gone(store, 330)).toBe("d");
    expect(gone(store, 220)).toBe("dc");
    expect(gone(store, 0)).toBe("dcba");
    markUsed(store, [put(store, "d", undefined, 5, 100)], new Date(Date.UTC(2026, 10, 20, 6)));
    expect(gone(store, 330)).toBe("c");
  });

  it("gc tells them and removes them, unusable ones first of all", () => {
    const store = temporaryFolder();
    put(store, "a", undefined, 1, 100);
    put(store, "b", undefined, 2, 100);
    writeFileSync(join(checkpointFolder(store, hex("b")), "manifest.json"), "{");
    const options = { keep: 1, failedDays: 30, machines: [] };
    const { garbage } = planGc(store, { ...options, checkpointsMaxBytes: 1024 ** 3 });
    expect(garbage).toMatchObject([{ kind: "checkpoint", title: "bbbbbbbbbbbb (unusable)" }]);
    expect(planGc(store, { ...options, checkpointsMaxBytes: 0 }).garbage).toHaveLength(2);
    for (const one of garbage) expect(removeGarbage(store, one, [])).toBeUndefined();
    expect(readdirSync(join(store, ".checkpoints"))).toEqual(["aaaaaaaaaaaa"]);
  });
});
