import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Base, requireBase } from "../../../builder/base";
import { requireTool } from "../../../host/find";
import { Image } from "../../../constructs/image";
import { InstallMedium } from "../../../recipe/medium";
import { type BuildRequest, requestSchema } from "../../../recipe/request";
import type { Manifest } from "../../../store/manifest";
import { sha256 } from "../../../util/digest";
import { builtOn, testMedium, type TestImage, type WrittenRequest, writeRequest } from "../../support/request";
import { temporaryFolder } from "../../support/temporary";

let store: string;
let golden: WrittenRequest;
let disk: string;

/** A base image in the store as a build leaves it: real qcow2 disk, few bytes. */
beforeEach(() => {
  store = temporaryFolder("store");
  golden = writeRequest(store, { name: "golden", medium: testMedium({ iso: "/a.iso", sha256: "0".repeat(64) }) });
  disk = join(golden.image, "golden.qcow2");
  qemuImg("create", "-q", "-f", "qcow2", disk, "2G");
  const content = readFileSync(disk);
  const manifest: Manifest = {
    manifestVersion: 1,
    name: "golden",
    fingerprint: golden.request.fingerprint,
    recipeVersion: 1,
    revision: "1",
    createdAt: "2026-11-01T00:00:00.000Z",
    firmware: "bios",
    disk: {
      file: "golden.qcow2",
      format: "qcow2",
      sizeBytes: content.length,
      virtualSizeBytes: 2 * 1024 ** 3,
      sha256: sha256(content),
    },
    source: { iso: "/a.iso", isoChecksum: `sha256:${"0".repeat(64)}`, release: "demo" },
    build: { seconds: 1, accelerator: "tcg", phases: [], tools: {} },
  };
  writeFileSync(join(golden.image, "manifest.json"), JSON.stringify(manifest));
});

function qemuImg(...words: string[]): void {
  execFileSync(requireTool("qemu-img").path, words);
}

/** What the builder finds for an image on a base, changed as if a request was. */
function found(
  medium: InstallMedium,
  props: TestImage = {},
  change: Partial<BuildRequest["recipe"]> = {},
): Promise<Base> {
  const { request, file } = writeRequest(store, { name: "web", medium, ...props });
  const { medium: asked, recipe } = requestSchema.parse(request);
  if (asked.kind !== "image") throw new Error("it is not built on an image");
  return requireBase(asked, { ...recipe, ...change }, dirname(file), requireTool("qemu-img").path);
}

/** A disk of another place as `Image.fromPath` takes it. */
function elsewhere(path: string, format: "qcow2" | "raw", fingerprint = sha256(readFileSync(path))): InstallMedium {
  return InstallMedium.image(Image.fromPath({ name: "vendor", path, format, fingerprint }));
}

test("the base of a store is found by its fingerprint, with its disk", async () => {
  const base = await found(builtOn(golden));
  expect(base).toMatchObject({ fingerprint: golden.request.fingerprint, disk: { path: disk, format: "qcow2" } });
  expect(base.sha256).toBe(sha256(readFileSync(disk)));
});

test("a base that is not built, or damaged, is refused with what to do", async () => {
  const medium = builtOn(golden);
  chmodSync(disk, 0o600);
  const content = Buffer.from(readFileSync(disk));
  content[content.length - 1] = 1;
  writeFileSync(disk, content);
  await expect(found(medium)).rejects.toThrow(
    /sha256 [0-9a-f]{64}, not [0-9a-f]{64}: .* is damaged; run `npx os-images verify golden`/,
  );
  appendFileSync(disk, "x");
  await expect(found(medium)).rejects.toThrow("is damaged: golden.qcow2 has");
  rmSync(join(golden.image, "manifest.json"));
  await expect(found(medium)).rejects.toThrow(/image golden\/[0-9a-f]{12} is not built yet: deploy it first/);
});

test("a base with another firmware, or a larger disk, is refused", async () => {
  await expect(found(builtOn(golden), {}, { firmware: "uefi" })).rejects.toThrow(
    'the base image "golden" starts by bios, and this image by uefi: leave out its firmware',
  );
  await expect(found(builtOn(golden), {}, { diskMiB: 2047 })).rejects.toThrow(
    '2048 MiB, and this image\'s 2047: write diskSize: "2048M"',
  );
});

test("a disk of elsewhere is taken by its sha256, in either format", async () => {
  const folder = temporaryFolder("vendor");
  const raw = join(folder, "vendor.raw");
  qemuImg("create", "-q", "-f", "raw", raw, "64M");
  expect(await found(elsewhere(raw, "raw"))).toMatchObject({
    disk: { format: "raw", virtualSizeBytes: 64 * 1024 ** 2 },
  });
  await expect(found(elsewhere(raw, "raw", "0".repeat(64)))).rejects.toThrow(
    /is damaged or another one; if it is meant, its sha256 is the fingerprint of Image.fromPath\(\)/,
  );
  await expect(found(elsewhere(raw, "qcow2"))).rejects.toThrow("is no qcow2 disk");
  const medium = elsewhere(raw, "raw");
  rmSync(raw);
  await expect(found(medium)).rejects.toThrow(`the disk of image "vendor" is missing: ${raw}: put it there`);
});

test("a disk that needs another file, which no digest covers, is refused", async () => {
  const folder = temporaryFolder("vendor");
  mkdirSync(folder, { recursive: true });
  const overlay = join(folder, "overlay.qcow2");
  qemuImg("create", "-q", "-f", "qcow2", "-b", disk, "-F", "qcow2", overlay);
  await expect(found(elsewhere(overlay, "qcow2"))).rejects.toThrow(
    `needs another file, ${disk}: make one file of them`,
  );
  const [data, outside] = [join(folder, "data.raw"), join(folder, "outside.qcow2")];
  qemuImg("create", "-q", "-f", "qcow2", "-o", `data_file=${data}`, outside, "64M");
  await expect(found(elsewhere(outside, "qcow2"))).rejects.toThrow(`needs another file, ${data}`);
});
