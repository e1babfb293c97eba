import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { overlayOf, prepareFolder, readBase } from "../../../machine/folder";
import { sha256 } from "../../../util/digest";
import { temporaryFolder } from "../../support/temporary";

const folder = temporaryFolder("base");
const image = join(folder, "vendor.qcow2");
const elsewhere = { image, manifest: "", format: "qcow2", fingerprint: "f".repeat(64) };

describe("an image made elsewhere", () => {
  it("is identified by its fingerprint and its disk's digest", async () => {
    writeFileSync(image, "disk");
    const base = { name: "vendor", fingerprint: "f".repeat(64), format: "qcow2", sha256: sha256("disk") };
    expect(await readBase(elsewhere)).toEqual(base);
  });

  it("is refused when its disk was changed under a machine", async () => {
    const machine = temporaryFolder("machine");
    writeFileSync(image, "disk");
    prepareFolder(machine, await readBase(elsewhere));
    writeFileSync(overlayOf(machine), "");
    expect(prepareFolder(machine, await readBase(elsewhere))).toEqual({ hasOverlay: true });
    writeFileSync(image, "another disk");
    const changed = await readBase(elsewhere);
    expect(() => prepareFolder(machine, changed)).toThrow("is another one");
  });

  it("is an error that names the path when it is missing", async () => {
    const missing = join(folder, "missing.qcow2");
    await expect(readBase({ ...elsewhere, image: missing })).rejects.toThrow(
      `${missing} is missing: put the image there`,
    );
  });
});
