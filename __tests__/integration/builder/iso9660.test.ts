import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyFromMedium } from "../../../builder/iso9660";
import { temporaryFolder } from "../../support/temporary";

let folder: string;
let kernel: Buffer;

beforeAll(() => {
  folder = temporaryFolder("iso-test");
  kernel = Buffer.from(Array.from({ length: 70_001 }, (_, index) => (index * 31) % 251));
  mkdirSync(join(folder, "tree", "images", "pxeboot"), { recursive: true });
  writeFileSync(join(folder, "tree", "images", "pxeboot", "vmlinuz"), kernel);
  for (let index = 0; index < 120; index++) writeFileSync(join(folder, "tree", "images", `file-${index}`), "x");
});

function makeIso(...options: string[]): string {
  const iso = join(folder, "test.iso");
  rmSync(iso, { force: true });
  execFileSync("xorriso", ["-as", "mkisofs", "-quiet", ...options, "-o", iso, join(folder, "tree")], {
    stdio: "ignore",
  });
  return iso;
}

test.each([
  ["with Rock Ridge names", ["-R"]],
  ["with the ISO's own names alone", ["--norock"]],
])("a file is found %s, in a folder of several sectors", (_, options) => {
  const target = join(folder, "kernel");
  copyFromMedium(makeIso(...options), "images/pxeboot/vmlinuz", target);
  expect(readFileSync(target).equals(kernel)).toBe(true);
});

test("a missing path is refused with the names beside it", () => {
  expect(() => copyFromMedium(makeIso("-R"), "images/pxeboot/linux", join(folder, "x"))).toThrow(
    /has no images\/pxeboot\/linux: beside it are vmlinuz/,
  );
});

test("a file that is not an ISO is refused", () => {
  const file = join(folder, "no.iso");
  writeFileSync(file, Buffer.alloc(64 * 1024));
  expect(() => copyFromMedium(file, "vmlinuz", join(folder, "x"))).toThrow(/is no ISO 9660 file system/);
});
