import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeRequest, type TestImage } from "../../__tests__/support/request";
import { manifestSchema, type Manifest } from "../../store/manifest";
import { timed } from "../measure";
import { inTemporaryFolder } from "../temporary";
import { builder } from "./builder";

/** One build by the builder, as Terraform starts it. */
export interface OurBuild {
  /** Of the builder's process. */
  readonly seconds: number;
  /** Of its Packer child. */
  readonly packerSeconds: number;
  readonly manifest: Manifest;
}

/** Builds the demo image into a store of its own, lets `look` see the disk, and removes the store. */
export async function buildOurs(image: TestImage = {}, look?: (disk: string) => Promise<void>): Promise<OurBuild> {
  return inTemporaryFolder(async (store) => {
    const { file, image: folder } = writeRequest(store, image);
    const { seconds } = await timed(builder(file));
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")));
    await look?.(join(folder, manifest.disk.file));
    return { seconds, packerSeconds: packerSeconds(manifest), manifest };
  });
}

/** Packer runs from the phase "boot" to the end of "convert". */
function packerSeconds({ build }: Manifest): number {
  const first = build.phases.findIndex(({ name }) => name === "boot");
  const last = build.phases.findIndex(({ name }) => name === "convert");
  return build.phases.slice(first, last + 1).reduce((sum, { seconds }) => sum + seconds, 0);
}
