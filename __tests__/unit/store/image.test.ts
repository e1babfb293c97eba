import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { quarantine, readImage, readOwnImage } from "../../../store/image";
import { pathsOfImage, pathsOfRequest } from "../../../store/layout";
import { temporaryFolder } from "../../support/temporary";
import { mountedAs, requireLocalStore } from "../../../store/file-system";

const DIGITS = "1a2b3c4d5e6f";
let store: string;

beforeEach(() => {
  store = temporaryFolder("store");
  mkdirSync(join(store, "demo", DIGITS, "requests"), { recursive: true });
});

function place(file: string, text: string): void {
  writeFileSync(join(store, "demo", DIGITS, file), text);
}

const manifest = {
  manifestVersion: 1,
  name: "demo",
  fingerprint: `${DIGITS}00`,
  recipeVersion: 1,
  revision: "",
  createdAt: "2026-11-01T00:00:00.000Z",
  firmware: "bios",
  disk: { file: "demo.qcow2", format: "qcow2", sizeBytes: 4, virtualSizeBytes: 4, sha256: "00" },
  source: { iso: "demo.iso", isoChecksum: "sha256:00", release: "demo" },
  build: { seconds: 1, accelerator: "tcg", phases: [], tools: {} },
};

test("an image without a manifest does not exist, whatever else is in its folder", () => {
  place("demo.qcow2", "disk");
  expect(readImage(pathsOfImage(store, "demo", DIGITS)).kind).toBe("absent");
});

test("an image with its manifest and its whole disk exists", () => {
  place("demo.qcow2", "disk");
  place("manifest.json", JSON.stringify(manifest));
  expect(readImage(pathsOfImage(store, "demo", DIGITS)).kind).toBe("present");
});

test.each([
  ["a missing disk", JSON.stringify(manifest), undefined, "demo.qcow2 is missing"],
  ["a shorter disk", JSON.stringify(manifest), "dis", "demo.qcow2 has 3 bytes, not 4"],
  ["half a manifest", '{"name":', "disk", "its manifest.json is no JSON"],
  [
    "a manifest without a disk",
    JSON.stringify({ ...manifest, disk: undefined }),
    "disk",
    "its manifest.json is not sound: disk: Invalid input: expected object, received undefined",
  ],
  [
    "a manifest whose disk lies elsewhere",
    JSON.stringify({ ...manifest, disk: { ...manifest.disk, file: "../../etc/passwd" } }),
    "disk",
    "its manifest.json is not sound: disk.file: Invalid string: must match pattern /^[^/]+$/",
  ],
  [
    "the manifest of another image",
    JSON.stringify({ ...manifest, name: "x" }),
    "disk",
    "its manifest is that of x 1a2b3c4d5e6f00",
  ],
])("an image is damaged when it has %s", (_, text, disk, reason) => {
  place("manifest.json", text);
  if (disk !== undefined) place("demo.qcow2", disk);
  expect(readImage(pathsOfImage(store, "demo", DIGITS))).toMatchObject({ kind: "damaged", reason });
});

test("unknown fields of a manifest are ignored", () => {
  place("demo.qcow2", "disk");
  place("manifest.json", JSON.stringify({ ...manifest, later: 1, disk: { ...manifest.disk, later: 1 } }));
  expect(readImage(pathsOfImage(store, "demo", DIGITS))).toMatchObject({ kind: "present" });
});

test.each([
  ["of a later version", 2, "2"],
  ["without one", undefined, "none"],
  ["with control characters in it", "\u001b[2J\u009b", '"\\u001b[2J"'],
])(
  "an image whose manifest is %s is foreign: neither present nor damaged, and nobody builds over it",
  (_, version, shown) => {
    place("manifest.json", JSON.stringify({ ...manifest, manifestVersion: version, disk: "elsewhere" }));
    const paths = pathsOfImage(store, "demo", DIGITS);
    const reason = `its manifest.json has version ${shown}, and this program knows 1`;
    expect(readImage(paths)).toEqual({ kind: "foreign", reason });
    expect(() => readOwnImage(paths)).toThrow(
      /was made by another version of os-images: .*; use that version, or raise/,
    );
  },
);

test("a damaged image goes into quarantine whole, its requests stay", () => {
  place("manifest.json", "{");
  place("console.log", "");
  const folder = quarantine(pathsOfImage(store, "demo", DIGITS));
  expect(readdirSync(folder).sort()).toEqual(["console.log", "manifest.json"]);
  expect(readdirSync(join(store, "demo", DIGITS))).toEqual(["requests"]);
});

test("the store of a request follows from the request's path", () => {
  const paths = pathsOfRequest("/srv/images/demo/1a2b3c4d5e6f/requests/0a1b2c3d/build.json");
  expect(paths).toMatchObject({ store: "/srv/images", name: "demo", shortFingerprint: DIGITS });
});

test("a request outside a store is refused", () => {
  expect(() => pathsOfRequest("/srv/build.json")).toThrow(/lies in the wrong place: \/srv\/build\.json/);
});

test("a store on a network file system is refused, with the file system's name", () => {
  const refused = (type: number, name = ""): string => {
    try {
      requireLocalStore(store, () => ({ type, name }));
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(refused(0x6969)).toMatch(/is on a network file system \(NFS\).* put the store on a local disk$/);
  expect(refused(0x65735546, "fuse.sshfs")).toMatch(/network file system \(fuse\.sshfs\)/);
  expect([refused(0x65735546, "fuse.gocryptfs"), refused(0xef53, "ext4")]).toEqual(["", ""]);
});

test("a path's file system is that of the innermost mount, and of the last one when there are two", () => {
  const table = [
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
    "90 22 0:44 / /srv/my\\040store rw - fuse.bindfs /srv rw",
    "91 22 0:45 / /srv/my\\040store rw,nosuid shared:9 master:1 - fuse.sshfs host:/srv rw,user_id=0",
  ].join("\n");
  expect(mountedAs("/srv/my store/images", table)).toBe("fuse.sshfs");
  expect(mountedAs("/srv/my store 2", table)).toBe("ext4");
});
