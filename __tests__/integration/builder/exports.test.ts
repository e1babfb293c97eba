import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { exportFingerprint, exportRecipe } from "../../../platforms/export-request";
import { Platform } from "../../../platforms/platform";
import { pathsOfExport, type ExportPaths } from "../../../store/layout";
import { makeExport } from "../../../builder/exports/main";
import { sha256 } from "../../../util/digest";
import { makeStore, placeImage } from "../../support/fake-store";
import { leftoversOf, startBuild, type StartedBuild } from "../../support/fault";
import { descendants, stillRunning } from "../../support/process-tree";
import { SmallDisk, whyNoMount } from "../../support/small-disk";
import { convert, makeRawDisk } from "../platforms/artefacts";

jest.setTimeout(60_000);

/** Bytes of a disk that takes a while to compress. */
const SLOW_BYTES = 512 * 1024 ** 2;

/** A store with an image of that many MiB that cannot be compressed, and a request for an export of it. */
function requested(store: string, mib: number, platform = Platform.google()): { paths: ExportPaths; file: string } {
  const image = placeImage(store, "web", "a");
  const raw = makeRawDisk(join(image.image, "raw"), SLOW_BYTES);
  const descriptor = openSync(raw, "r+");
  for (let piece = 0; piece < mib; piece++)
    writeSync(descriptor, randomBytes(1024 ** 2), 0, 1024 ** 2, (64 + piece) * 1024 ** 2);
  closeSync(descriptor);
  const disk = convert(raw, join(image.image, "web.raw"), "-O", "qcow2");
  spawnSync("rm", [raw]);
  const manifest = JSON.parse(readFileSync(image.manifest, "utf8")) as { readonly disk: object };
  const described = {
    ...manifest.disk,
    format: "qcow2",
    sizeBytes: statSync(disk).size,
    virtualSizeBytes: SLOW_BYTES,
    sha256: sha256(readFileSync(disk)),
  };
  writeFileSync(image.manifest, JSON.stringify({ ...manifest, disk: described }));
  const recipe = exportRecipe("a".repeat(64), "bios", platform.recipe);
  const fingerprint = exportFingerprint(recipe);
  const paths = pathsOfExport(image, platform.name, fingerprint.slice(0, 12));
  const folder = join(paths.image, "requests", "0a1b2c3d");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "export.json");
  writeFileSync(file, JSON.stringify({ requestVersion: 1, name: "web", fingerprint, recipe }));
  return { paths, file };
}

/** Starts an export, and waits until one of its programs runs. */
async function underWay(file: string): Promise<{ built: StartedBuild; tree: ReturnType<typeof descendants> }> {
  const built = startBuild(file, join("builder", "exports", "main.ts"));
  for (;;) {
    const tree = descendants(built.root);
    if (tree.some(({ commandLine }) => /^\S*(?:gzip|tar|qemu-img) /.test(commandLine))) return { built, tree };
    await sleep(20);
  }
}

const isProgram = ({ commandLine }: { readonly commandLine: string }): boolean =>
  /exports\/main\.ts/.test(commandLine) && !/ -e |^\/bin\/sh/.test(commandLine);

test("an export that is interrupted or killed leaves no process, lock, work folder or file, and the next one succeeds", async () => {
  const { paths, file } = requested(makeStore(), 48);
  for (const signal of ["SIGINT", "SIGKILL"] as const) {
    const { built, tree } = await underWay(file);
    process.kill(tree.find(isProgram)?.pid ?? 0, signal);
    const code = await built.ended;
    if (signal === "SIGINT") expect([code, built.output()]).toEqual([130, expect.stringContaining("nothing is left")]);
    for (
      let tries = 0;
      tries < 100 && (stillRunning(tree).length > 0 || leftoversOf(paths.store).length > 0);
      tries++
    ) {
      await sleep(50);
    }
    expect([signal, stillRunning(tree), leftoversOf(paths.store), readdirSync(paths.image)]).toEqual([
      signal,
      [],
      [],
      ["requests"],
    ]);
  }
  expect((await makeExport(file, { write: () => undefined })).files[0].file).toBe("web.tar.gz");
});

test("two runs for one export make it once", async () => {
  const { paths, file } = requested(makeStore(), 8, Platform.libvirt());
  const lines: string[][] = [[], []];
  await Promise.all(lines.map((own) => makeExport(file, { write: (line) => own.push(line) })));
  expect(lines.flat().filter((line) => / publish\b/.test(line))).toHaveLength(1);
  expect(readdirSync(paths.image).sort()).toEqual(["manifest.json", "recipe", "requests", "web.qcow2"]);
  expect(statSync(join(paths.image, "web.qcow2")).mode & 0o777).toBe(0o444);
});

test("nothing comes out of an image that is damaged, missing, or of a request that somebody changed", async () => {
  const { paths, file } = requested(makeStore(), 1, Platform.xen({ prepared: true }));
  const write = (): void => undefined;
  const disk = join(paths.of.image, "web.raw");
  const bytes = readFileSync(disk);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 5) ^ 1, bytes.length - 5);
  writeFileSync(disk, bytes);
  await expect(makeExport(file, { write })).rejects.toThrow(/^image web is damaged: web\.raw has the sha256 /);
  writeFileSync(disk, bytes.subarray(0, bytes.length / 2));
  await expect(makeExport(file, { write })).rejects.toThrow(/^image web\/a+ is damaged: web\.raw has \d+ bytes, not/);
  spawnSync("rm", [paths.of.manifest]);
  await expect(makeExport(file, { write })).rejects.toThrow(/^image web\/a+ is not built yet: deploy it first/);
  writeFileSync(file, readFileSync(file, "utf8").replace('"bios"', '"uefi"'));
  await expect(makeExport(file, { write })).rejects.toThrow(/something changed it; run the deploy again/);
  expect([readdirSync(paths.image), leftoversOf(paths.store)]).toEqual([["requests"], []]);
});

const why = whyNoMount();
(why === "" ? test : test.skip)(`a disk that becomes full is one message, and leaves nothing${why}`, async () => {
  const small = new SmallDisk("96m");
  try {
    const store = join(small.folder, "store");
    mkdirSync(store);
    const { paths, file } = requested(store, 40, Platform.google());
    await expect(makeExport(file, { write: () => undefined })).rejects.toThrow(
      /^[a-z-]+ failed: .*No space left on device; make room, for instance by: os-images gc$/,
    );
    expect([readdirSync(paths.image), leftoversOf(store)]).toEqual([["requests"], []]);
  } finally {
    small.remove();
  }
});
