import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setAside } from "../../../store/set-aside";
import { lookAt } from "../../../store/image";
import { pathsOfImage, pathsOfRequest } from "../../../store/layout";
import { mountedAs, requireLocalStore } from "../../../store/file-system";

const DIGITS = "1a2b3c4d5e6f";
let store: string;

beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "store-test-"));
  mkdirSync(join(store, "demo", DIGITS, "requests"), { recursive: true });
});
afterEach(() => rmSync(store, { recursive: true }));

function place(file: string, text: string): void {
  writeFileSync(join(store, "demo", DIGITS, file), text);
}

const manifest = { name: "demo", fingerprint: `${DIGITS}00`, disk: { file: "demo.qcow2", sizeBytes: 4 } };

test("without a manifest there is no image, whatever else lies there", () => {
  place("demo.qcow2", "disk");
  expect(lookAt(pathsOfImage(store, "demo", DIGITS)).kind).toBe("absent");
});

test("an image with its manifest and its whole disk is there", () => {
  place("demo.qcow2", "disk");
  place("manifest.json", JSON.stringify(manifest));
  expect(lookAt(pathsOfImage(store, "demo", DIGITS)).kind).toBe("there");
});

test.each([
  ["a missing disk", JSON.stringify(manifest), undefined, "demo.qcow2 is missing"],
  ["a shorter disk", JSON.stringify(manifest), "dis", "demo.qcow2 has 3 bytes, not 4"],
  ["half a manifest", '{"name":', "disk", "its manifest.json is no JSON"],
  ["a manifest without a disk", '{"name":"demo"}', "disk", "its manifest.json is not sound"],
  [
    "the manifest of another image",
    JSON.stringify({ ...manifest, name: "x" }),
    "disk",
    "its manifest is that of x 1a2b3c4d5e6f00",
  ],
])("%s makes an image a damaged one", (_, text, disk, reason) => {
  place("manifest.json", text);
  if (disk !== undefined) place("demo.qcow2", disk);
  expect(lookAt(pathsOfImage(store, "demo", DIGITS))).toEqual({ kind: "damaged", reason });
});

test("a damaged image is moved aside whole, its requests stay", () => {
  place("manifest.json", "{");
  place("console.log", "");
  const folder = setAside(pathsOfImage(store, "demo", DIGITS));
  expect(readdirSync(folder).sort()).toEqual(["console.log", "manifest.json"]);
  expect(readdirSync(join(store, "demo", DIGITS))).toEqual(["requests"]);
});

test("a request tells its store by where it lies", () => {
  const paths = pathsOfRequest("/srv/images/demo/1a2b3c4d5e6f/requests/0a1b2c3d/build.json");
  expect(paths).toMatchObject({ store: "/srv/images", name: "demo", shortFingerprint: DIGITS });
});

test("a request that lies elsewhere is refused", () => {
  expect(() => pathsOfRequest("/srv/build.json")).toThrow(/lies in the wrong place: \/srv\/build\.json/);
});

test("a store on a network file system is refused by its name", () => {
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

test("a file system's name is that of the innermost mount, the last one there", () => {
  const table = [
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
    "90 22 0:44 / /srv/my\\040store rw - fuse.bindfs /srv rw",
    "91 22 0:45 / /srv/my\\040store rw,nosuid shared:9 master:1 - fuse.sshfs host:/srv rw,user_id=0",
  ].join("\n");
  expect(mountedAs("/srv/my store/images", table)).toBe("fuse.sshfs");
  expect(mountedAs("/srv/my store 2", table)).toBe("ext4");
});
