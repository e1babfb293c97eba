import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PhaseName } from "../../builder/phases";
import { osImages } from "../support/fake-store";
import { filesOfNoImage, halfImagesOf, leftoversOf } from "../support/fault";
import { recordError } from "../support/failure-table";
import { demoKickstart, writeRequest, type TestImage } from "../support/request";
import { SmallDisk, whyNoMount } from "../support/small-disk";
import { temporaryFolder } from "../support/temporary";
import { tinyImage, tinyMedium } from "../support/tiny-medium";
import { watchedBuild } from "../support/watched-build";

const why = whyNoMount();
const withMount = why === "" ? describe : describe.skip;
let folder: string;
let medium: { readonly iso: string; readonly sha256: string };

beforeAll(() => {
  process.env["OS_IMAGES_NO_VALIDATE"] = "1";
  process.env["OS_IMAGES_SLOTS"] = "8";
  folder = temporaryFolder("host-faults");
  medium = tinyMedium(folder, 4);
});

/** What every message of a host's fault has to be: one, in lower case, with a way on. */
const CLEAR = /^[^A-Z\n][^\n]*(?:\n {2}[^\n]*)*$/;

withMount(`a store whose disk becomes full${why}`, () => {
  let disk: SmallDisk;
  beforeEach(() => (disk = new SmallDisk()));
  afterEach(() => disk.remove());

  const tiny: readonly PhaseName[] = [
    "plan",
    "preflight",
    "slot",
    "prepare",
    "boot",
    "install",
    "convert",
    "verify",
    "publish",
  ];
  test.each(tiny)(
    "in phase %s: one message or a whole image, and the next build succeeds",
    async (phase) => {
      await fillAt(phase, tinyImage(medium));
      disk.makeRoom();
      const again = writeRequest(join(disk.folder, "store"), tinyImage(medium));
      const { manifest } = await watchedBuild(again.file);
      expect(manifest?.name).toBe("tiny");
      expect([halfImagesOf(again), leftoversOf(dirname(dirname(again.image)))]).toEqual([[], []]);
    },
    120_000,
  );

  const demo: readonly PhaseName[] = ["install", "reboot", "provision", "seal", "shutdown"];
  test.each(demo)(
    "in phase %s of a system with a login: one message or a whole image",
    async (phase) => {
      const writes = "#!/bin/sh\nset -eu\nhead -c 64M /dev/urandom > /var/tmp/much\nsync\nrm /var/tmp/much\n";
      await fillAt(phase, { kickstart: demoKickstart(), ...(phase === "provision" && { scripts: [writes] }) });
    },
    300_000,
  );

  async function fillAt(phase: PhaseName, image: TestImage): Promise<void> {
    const store = join(disk.folder, "store");
    const request = writeRequest(store, image);
    const fill = (now: PhaseName): void => {
      if (now === phase) disk.fill();
    };
    const { error, manifest } = await watchedBuild(request.file, fill);
    if (error !== undefined) recordError(`a store that becomes full in phase "${phase}"`, error);
    expect([halfImagesOf(request), leftoversOf(store)]).toEqual([[], []]);
    if (manifest !== undefined) return;
    expect(filesOfNoImage(request)).toEqual([]);
    expect(error?.message).toMatch(CLEAR);
    expect(error?.message).toMatch(
      /(?:file system.* is full|no space for the image|no space on the host)[^]*os-images gc/,
    );
  }
});

test.each([
  ["prepare", { boot: "kernel" as const }],
  ["boot", {}],
])(
  "a medium that is deleted in phase %s is named",
  async (phase, change) => {
    const own = tinyMedium(temporaryFolder("gone"), 4);
    const request = writeRequest(join(folder, "store"), { ...tinyImage(own), revision: phase, ...change });
    const { error } = await watchedBuild(request.file, (now) => {
      if (now === phase) rmSync(own.iso);
    });
    if (error !== undefined) recordError(`a medium that is deleted in phase "${phase}"`, error);
    expect(error?.message).toMatch(/medium vanished|medium .* cannot be opened any more/);
    expect(error?.message).toMatch(/put (?:it|the installer's ISO) back/);
    expect([filesOfNoImage(request), leftoversOf(join(folder, "store"))]).toEqual([[], []]);
  },
  60_000,
);

test("a medium that is deleted while QEMU reads it does no harm", async () => {
  const own = tinyMedium(temporaryFolder("gone"), 4);
  const request = writeRequest(join(folder, "store"), { ...tinyImage(own), revision: "deleted late" });
  const { manifest } = await watchedBuild(request.file, (now) => {
    if (now === "install") rmSync(own.iso);
  });
  expect(manifest?.name).toBe("tiny");
}, 60_000);

test("a clock that jumps a day ahead and three back changes nothing but the dates", async () => {
  const real = new Set(["hrtime", "nextTick", "performance", "queueMicrotask", "setImmediate", "clearImmediate"]);
  const timers = ["setInterval", "clearInterval", "setTimeout", "clearTimeout", ...real];
  jest.useFakeTimers({ doNotFake: timers as never });
  try {
    const day = 24 * 3600 * 1000;
    const start = Date.now();
    const request = writeRequest(join(folder, "store"), { ...tinyImage(medium), revision: "clock" });
    const { manifest } = await watchedBuild(request.file, (phase) => {
      if (phase === "boot") jest.setSystemTime(start + day);
      if (phase === "install") jest.setSystemTime(start - 2 * day);
    });
    expect(manifest?.createdAt.slice(0, 10)).toBe(new Date(start - 2 * day).toISOString().slice(0, 10));
    expect(manifest?.build.seconds).toBeLessThan(60);
    expect(manifest?.build.phases.every(({ seconds }) => seconds >= 0)).toBe(true);
    expect([halfImagesOf(request), leftoversOf(join(folder, "store"))]).toEqual([[], []]);
  } finally {
    jest.useRealTimers();
  }
}, 60_000);

test("a published image that is damaged is found by verify, goes into quarantine, and is built again by the next deploy", async () => {
  const store = join(folder, "damaged");
  const request = writeRequest(store, tinyImage(medium));
  const { manifest } = await watchedBuild(request.file);
  const disk = join(request.image, manifest?.disk.file ?? "");
  const bytes = readFileSync(disk);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  writeFileSync(disk, bytes);
  const { status, stdout } = osImages(store, "verify");
  expect([status, stdout]).toEqual([1, expect.stringMatching(/damaged: tiny\.qcow2 has the sha256 .* moved to /)]);
  const { lines } = await watchedBuild(writeRequest(store, tinyImage(medium)).file);
  expect(lines.at(-1)).toContain("is there");
  expect([halfImagesOf(request), osImages(store, "verify").status]).toEqual([[], 0]);
}, 60_000);

test("the next build cleans up after a power failure, and succeeds", async () => {
  const store = join(folder, "rebooted");
  const request = writeRequest(store, tinyImage(medium));
  const short = request.request.fingerprint.slice(0, 12);
  const place = (file: string, text = ""): string => {
    mkdirSync(dirname(join(store, file)), { recursive: true });
    writeFileSync(join(store, file), text);
    return join(store, file);
  };
  const work = `.work/tiny-${short}-000000000000`;
  place(`${work}/output/tiny.qcow2`, "half");
  place(`tiny/${short}/tiny.qcow2`, "half");
  mkdirSync(join(store, ".locks"));
  const sign = `tiny-${short}.77-0123456789abcdef.alive`;
  spawnSync("mkfifo", [join(store, ".locks", sign)]);
  symlinkSync(sign, join(store, ".locks", `tiny-${short}`));
  symlinkSync(sign, join(store, ".locks", `tiny-${short}.fedcba9876543210`));
  symlinkSync("gone.77-0123456789abcdef.alive", join(store, ".locks", "other-000000000000"));
  symlinkSync(`../../.locks/${sign}`, join(store, work, "owner"));
  utimesSync(place(`.locks/tiny-${short}.78-0123456789abcdef.alive.new`), 0, 0);
  const { manifest } = await watchedBuild(request.file);
  expect(manifest?.name).toBe("tiny");
  expect([halfImagesOf(request), leftoversOf(store)]).toEqual([[], []]);
}, 60_000);
