import { spawn } from "node:child_process";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { verifyArtefact } from "../../../platforms/verify";
import { sha256 } from "../../../util/digest";
import { convert, DISK_BYTES, makeRawDisk } from "../platforms/artefacts";
import { makeStore, osImages, placeImage } from "../../support/fake-store";
import { temporaryFolder } from "../../support/temporary";

jest.setTimeout(60_000);

const store = makeStore();
const paths = placeImage(store, "web", "a");
const raw = makeRawDisk(join(paths.image, "raw"));
renameSync(convert(raw, `${raw}.qcow2`, "-O", "qcow2"), join(paths.image, "web.qcow2"));
const manifest = JSON.parse(readFileSync(paths.manifest, "utf8")) as { disk: object };
const bytes = readFileSync(join(paths.image, "web.qcow2"));
const disk = { file: "web.qcow2", format: "qcow2", sizeBytes: bytes.length, sha256: sha256(bytes) };
const described = { ...manifest, disk: { ...manifest.disk, ...disk, virtualSizeBytes: DISK_BYTES } };
writeFileSync(paths.manifest, JSON.stringify(described));

test.each([
  ["azure", "web.vhd", ["--prepared"]],
  ["google", "web.tar.gz", []],
  ["vmware", "web.ova", ["--guest", "rhel9_64Guest"]],
  ["vagrant", "web.box", ["--username", "admin", "--prepared"]],
])("it makes the file for %s and prints its path", async (platform, file, words) => {
  const output = temporaryFolder("export");
  const { stdout, status } = osImages(store, "export", "web", "--platform", platform, "--output", output, ...words);
  expect([stdout, status]).toEqual([`${join(output, file)}\n`, 0]);
  expect(readdirSync(output)).toEqual([file]);
  expect((await verifyArtefact(platform, join(output, file))).broken).toEqual([]);
});

test("it never overwrites a file", () => {
  const output = temporaryFolder("export");
  writeFileSync(join(output, "web.vhd"), "mine");
  const { stderr, status } = osImages(store, "export", "web", "--platform", "azure", "--output", output);
  expect([stderr, status]).toEqual([expect.stringContaining("web.vhd is there already: move it"), 2]);
  expect(readFileSync(join(output, "web.vhd"), "utf8")).toBe("mine");
  expect(readdirSync(output)).toEqual(["web.vhd"]);
});

test.each([
  [["web", "--platform", "moon"], 'there is no platform "moon": write one of libvirt'],
  [["web", "--platform", "vmware"], "an OVA names its guest: write --guest"],
  [["web", "--platform", "vagrant", "--username", "a b"], 'username "a b" is no name of a Linux user'],
  [["db", "--platform", "azure"], 'has nothing named "db"'],
  [["web", "--platform", "azure"], "no state asks for image web/aaaaaaaaaaaa, so nothing says how it is built"],
])("it refuses %j", (words, message) => {
  const { stderr, status } = osImages(store, "export", ...words, "--output", temporaryFolder("export"));
  expect([stderr, status]).toEqual([expect.stringContaining(message), 2]);
});

test("it leaves nothing when it is interrupted", async () => {
  const output = temporaryFolder("export");
  const program = join(__dirname, "..", "..", "..", "bin", "os-images.js");
  const words = ["export", "web", "--platform", "google", "--output", output, "--store", store];
  const child = spawn(process.execPath, [program, ...words], { stdio: "ignore" });
  const ended = new Promise((done) => child.once("close", done));
  while (readdirSync(output).length === 0) await sleep(5);
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(readdirSync(output)).toEqual([]);
});
