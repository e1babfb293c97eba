import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../builder/main";
import { OsRelease } from "../../recipe/release";
import { writeRequest } from "../support/request";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "os-images-delivery-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["bootCommand", "cd"],
  ["kernel", "http"],
  ["kernel", "cd"],
] as const)(
  "an image is installed with boot %s and the kickstart by %s, and starts by itself",
  async (boot, delivery) => {
    const { file, image } = writeRequest(join(folder, "store"), {
      release: OsRelease.DEMO,
      revision: `${boot}-${delivery}`,
      boot,
      delivery,
    });
    const manifest = await build(file, { write: () => undefined });
    expect(existsSync(join(image, manifest.disk.file))).toBe(true);
    const console = readFileSync(join(image, "console.log"), "latin1");
    expect(console).toMatch(/demo login:/);
  },
  600_000,
);
