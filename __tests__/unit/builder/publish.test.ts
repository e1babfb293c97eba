import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { publish } from "../../../builder/publish";
import { Redaction } from "../../../builder/redaction";
import { workFolder } from "../../../builder/work-folder";
import { pathsOfImage } from "../../../store/layout";
import { isOurs } from "../../../store/list";
import { manifestSchema } from "../../../store/manifest";
import { sha256 } from "../../../util/digest";
import { makeStore, place, placeImage } from "../../support/fake-store";

test("a published disk can be read by all and written by nobody, and the folder shows whose it is", async () => {
  const store = makeStore();
  const other = manifestSchema.parse(JSON.parse(readFileSync(placeImage(store, "demo", "b").manifest, "utf8")));
  const manifest = { ...other, fingerprint: "a".repeat(64), disk: { ...other.disk, file: "demo.qcow2" } };
  const paths = pathsOfImage(store, "demo", "a".repeat(12));
  const work = workFolder(paths, "demo.qcow2");
  place(work.disk, "disk");
  place(work.console, "console");
  mkdirSync(work.recipe);
  place(join(work.recipe, "build.json"), JSON.stringify({ name: "demo", fingerprint: manifest.fingerprint }));
  const published = await publish(paths, work, manifest, { redaction: new Redaction([]), contents: [] });
  expect(statSync(join(paths.image, "demo.qcow2")).mode & 0o777).toBe(0o444);
  expect(readdirSync(paths.image).sort()).toEqual(["console.log", "demo.qcow2", "manifest.json", "recipe"]);
  expect(isOurs(paths)).toBe(true);
  expect(published.files?.map(({ path }) => path)).toEqual(["console.log", "recipe/build.json"]);
  expect(published.files?.[0]).toMatchObject({ sizeBytes: 7, sha256: sha256("console") });
});
