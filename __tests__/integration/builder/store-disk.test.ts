import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mountedAs } from "../../../store/file-system";
import { realPath, registerOverlay } from "../../../store/overlays";
import { osImages, placeImage } from "../../support/fake-store";
import { leftoversOf } from "../../support/fault";
import { writeRequest } from "../../support/request";
import { SmallDisk, whyNoMount } from "../../support/small-disk";
import { tinyImage, tinyMedium } from "../../support/tiny-medium";
import { watchedBuild } from "../../support/watched-build";

const why = whyNoMount();
const onDisk = why === "" ? test : test.skip;
let disk: SmallDisk;
let store: string;

beforeEach(() => {
  process.env["OS_IMAGES_NO_VALIDATE"] = "1";
  process.env["OS_IMAGES_SLOTS"] = "8";
  if (why !== "") return;
  disk = new SmallDisk();
  store = join(disk.folder, "store");
});
afterEach(() => {
  if (why === "") disk.remove();
});

onDisk(`a read-only store is refused with one message and what to do, before anything starts${why}`, async () => {
  const { file } = writeRequest(store, tinyImage(tinyMedium(disk.folder)));
  disk.protect();
  const { error, lines } = await watchedBuild(file);
  expect(error?.message).toBe(
    `${store} cannot be written: its file system is read-only; mount it writable, or name another store (EROFS)`,
  );
  expect(lines.join()).not.toContain(" slot ");
  disk.unprotect();
  expect(leftoversOf(store)).toEqual([]);
});

onDisk(`an overlay that cannot be registered in a read-only store is refused, with what that would mean${why}`, () => {
  const { image } = placeImage(store, "demo", "a");
  disk.protect();
  expect(() => registerOverlay(image, "/machines/one/overlay.qcow2")).toThrow(
    /^the overlay \/machines\/one\/overlay\.qcow2 cannot be registered with its image, and gc would not know of it: .* is read-only; mount it writable/,
  );
});

onDisk(`the commands over a read-only store say so in one message${why}`, () => {
  placeImage(store, "demo", "a");
  disk.protect();
  const { status, stderr } = osImages(store, "pin", "demo");
  expect(status).toBe(1);
  expect(stderr).toMatch(/^error: .*\/pinned cannot be written: its file system is read-only; mount it writable.*\n$/);
  expect(osImages(store, "ls").status).toBe(0);
});

onDisk.each(["slot", "prepare"])(
  `a disk that becomes full in phase %s ends in one message and leaves nothing${why}`,
  async (state) => {
    const { file } = writeRequest(store, tinyImage(tinyMedium(disk.folder)));
    const { error } = await watchedBuild(file, (now) => {
      if (now === state) disk.fill();
    });
    expect(error?.message).toBe(
      `${store} cannot be written: its file system is full; make room, for instance by: os-images gc (ENOSPC)`,
    );
    disk.makeRoom();
    expect(leftoversOf(store)).toEqual([]);
  },
);

onDisk(`the file system of a folder is found in the host's own table${why}`, () => {
  expect(mountedAs(realPath(store), readFileSync("/proc/self/mountinfo", "utf8"))).toBe("tmpfs");
});
