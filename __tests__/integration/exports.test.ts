import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verifyArtefact } from "../../platforms/verify";
import { osImages } from "../support/fake-store";
import { placeImage, type Plan, Project } from "../support/project";
import { temporaryFolder } from "../support/temporary";
import { convert, makeRawDisk } from "./platforms/artefacts";

jest.setTimeout(120_000);

const PROPS = {
  kickstart: { text: "text\nreboot\n" },
  image: { diskSize: "64M" },
  exports: { aws: "vmdk", libvirt: "zstd" },
} as const;

const folder = temporaryFolder("exports");
const raw = makeRawDisk(join(folder, "raw"));
const disk = readFileSync(convert(raw, join(folder, "qcow2"), "-O", "qcow2"));

/** One project, whose tests go on from each other. */
const project = new Project();
const store = temporaryFolder("store");

function actions(plan: Plan, name: string): string {
  const found = plan.resource_changes.find(({ address }) => address.startsWith(`null_resource.${name}`));
  return found?.change.actions.join() ?? "missing";
}

const changes = (plan: Plan): string[] =>
  plan.resource_changes.filter(({ change }) => change.actions.join() !== "no-op").map(({ address }) => address);

/** The folder of the exports of the store's one image. */
function exportsFolder(of = store): string {
  const [name = ""] = readdirSync(of).filter((entry) => !entry.startsWith("."));
  const [digits = ""] = readdirSync(join(of, name));
  return join(of, name, digits, "exports");
}

const exportFor = (platform: string, of = store): string => {
  const folder = exportsFolder(of);
  return join(folder, readdirSync(folder).find((entry) => entry.startsWith(`${platform}-`)) ?? "none");
};

test("an export's path is known in the plan, its digest once it is made, and other stacks see both", async () => {
  project.synth({ ...PROPS, store });
  const first = project.plan("fixture");
  expect(first.output_changes["aws_path"]?.after).toMatch(/exports\/aws-[0-9a-f]{12}\/fixture\.vmdk$/);
  expect(first.output_changes["aws_sha256"]).toMatchObject({ after_unknown: true });
  expect(actions(project.plan("consumer"), "of_export")).toBe("create");
  placeImage(first, store, project, "fixture", disk);
  expect(project.apply("fixture")).toMatch(/export of image fixture for aws [0-9a-f]{12} is there: /);

  const file = join(exportFor("aws"), "fixture.vmdk");
  expect((await verifyArtefact("aws", file)).broken).toEqual([]);
  const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
  const [seen] = project.plan("later").resource_changes;
  expect(seen?.change.after).toMatchObject({ triggers: { sha256, size: String(statSync(file).size) } });
  expect(changes(project.plan("fixture"))).toEqual([]);
});

test("a deleted export is made anew by the next deploy, and who hangs on its fingerprint is not replaced", () => {
  const lost = exportFor("aws");
  rmSync(lost, { recursive: true });
  const plan = project.plan("fixture");
  expect(["aws_build", "by_export_fingerprint", "libvirt_build"].map((name) => actions(plan, name))).toEqual([
    "delete,create",
    "no-op",
    "no-op",
  ]);
  expect(plan.output_changes["aws_path"]).toMatchObject({ actions: ["no-op"] });
  project.apply("fixture");
  expect(readdirSync(lost).sort()).toEqual(["fixture.vmdk", "manifest.json", "recipe", "requests"]);
});

test("a damaged export is found, goes into quarantine, and the next deploy makes it anew", () => {
  const file = join(exportFor("aws"), "fixture.vmdk");
  const bytes = Buffer.from(readFileSync(file));
  bytes.writeUInt8(bytes.readUInt8(70_000) ^ 1, 70_000);
  rmSync(file);
  writeFileSync(file, bytes);
  expect(osImages(store, "verify").stdout).toMatch(/ aws +damaged: fixture\.vmdk has the sha256 .*; moved to /);
  expect(existsSync(file)).toBe(false);
  project.apply("fixture");
  expect(osImages(store, "verify").status).toBe(0);
});

test("a changed option makes that export anew, at a known path, and no other", () => {
  const before = readdirSync(exportsFolder());
  project.synth({ ...PROPS, store, exports: { ...PROPS.exports, aws: "raw" } });
  const plan = project.plan("fixture");
  expect(["aws_build", "libvirt_build", "image_build"].map((name) => actions(plan, name))).toEqual([
    "delete,create",
    "no-op",
    "no-op",
  ]);
  expect(plan.output_changes["aws_path"]?.after).toMatch(/fixture\.raw$/);
  project.apply("fixture");
  expect(readdirSync(exportsFolder())).toEqual(expect.arrayContaining(before));
  project.synth({ ...PROPS, store });
  expect(project.apply("fixture")).toMatch(/export of image fixture for aws [0-9a-f]{12} is there\b/);
});

test("a destroy leaves the exports to gc, which removes none that somebody asks for", () => {
  const gone = (): unknown => {
    const { removed } = JSON.parse(osImages(store, "gc", "--yes", "--json").stdout) as { removed: { kind: string }[] };
    return removed.map(({ kind }) => kind).filter((kind) => kind.endsWith("export"));
  };
  expect(gone()).toEqual(["export"]);
  expect(osImages(store, "ls").stdout).toMatch(/ aws,libvirt /);
  expect(osImages(store, "show", "fixture").stdout).toMatch(/exports +aws: .*fixture\.vmdk .*, ok, 1 request\(s\)/);
  project.destroy("fixture");
  expect(gone()).toEqual(["export", "export"]);
  expect(existsSync(exportsFolder())).toBe(false);
  expect(osImages(store, "ls").stdout).toMatch(/^fixture .* ok$/m);
});

test("an image made elsewhere has exports too, and one whose disk is missing is one clear error", async () => {
  const other = new Project();
  const elsewhere = join(other.folder, "elsewhere.raw");
  other.synth({ kickstart: PROPS.kickstart, elsewhere });
  expect(() => other.apply("exported")).toThrow(`the disk of image "elsewhere" is missing: ${elsewhere}: put it there`);
  makeRawDisk(elsewhere);
  other.apply("exported");
  const file = join(exportFor("azure", join(other.folder, "images")), "elsewhere.vhd");
  expect((await verifyArtefact("azure", file)).broken).toEqual([]);
});
