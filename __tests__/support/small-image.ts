import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeArtefact, type SourceImage } from "../../platforms/make";
import { artefactName, type Platform } from "../../platforms/platform";
import { run } from "../../util/run";
import { convert, makeRawDisk } from "../integration/platforms/artefacts";
import { temporaryFolder } from "./temporary";

/** Neither whole MiB nor whole GiB, so that what rounds has something to round; in pieces that all readers take. */
const BYTES = 64 * 1024 ** 2 + 8192;

/** An image with a small disk that does not boot, and files for platforms made of it as exports make them. */
export class SmallImage {
  readonly folder = temporaryFolder("small-image");
  readonly raw = makeRawDisk(join(this.folder, "raw"), BYTES);
  readonly source: SourceImage = {
    name: "web",
    fingerprint: "ab".repeat(32),
    revision: "2026-11",
    title: "Rocky Linux 9 & more",
    firmware: "uefi",
    disk: {
      path: convert(this.raw, join(this.folder, "web.qcow2"), "-O", "qcow2", "-c"),
      format: "qcow2",
      virtualSizeBytes: BYTES,
    },
  };
  private made = 0;

  /** Makes a platform's file in a folder of its own. */
  async make({ name, recipe }: Platform): Promise<string> {
    const folder = join(this.folder, `${name}-${++this.made}`);
    mkdirSync(folder);
    await makeArtefact(recipe, this.source, folder, {
      qemuImg: "qemu-img",
      run: async (program, words) => void (await run(program, words)),
      signal: new AbortController().signal,
    });
    return join(folder, artefactName(this.source.name, recipe));
  }

  /** sha256 of the disk, enlarged by zeros to that size. */
  sha256(sizeBytes: number): string {
    const hash = createHash("sha256").update(readFileSync(this.raw));
    const zeros = Buffer.alloc(1024 ** 2);
    for (let left = sizeBytes - BYTES; left > 0; left -= zeros.length) hash.update(zeros.subarray(0, left));
    return hash.digest("hex");
  }
}
