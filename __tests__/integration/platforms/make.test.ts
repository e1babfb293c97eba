import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { makeArtefact, type MakeOptions, type SourceImage } from "../../../platforms/make";
import { artefactName, Platform } from "../../../platforms/platform";
import { verifyArtefact } from "../../../platforms/verify";
import { run } from "../../../util/run";
import { temporaryFolder } from "../../support/temporary";
import { convert, makeRawDisk } from "./artefacts";

const folder = temporaryFolder("make");

/** Neither whole MiB nor whole GiB, so that what rounds has something to round. */
const SIZE = 64 * 1024 ** 2 + 512;
const raw = makeRawDisk(join(folder, "raw"), SIZE);
const image: SourceImage = {
  name: "web",
  fingerprint: "ab".repeat(32),
  revision: "2026-11",
  title: "Rocky Linux 9 & more",
  firmware: "uefi",
  disk: { path: convert(raw, join(folder, "web.qcow2"), "-O", "qcow2", "-c"), format: "qcow2", virtualSizeBytes: SIZE },
};
const sha256 = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

const options: MakeOptions = {
  qemuImg: "qemu-img",
  run: async (program, words) => void (await run(program, words)),
  signal: new AbortController().signal,
};

async function make(platform: Platform): Promise<string> {
  const target = join(folder, `${platform.name}-${readdirSync(folder).length}`);
  mkdirSync(target);
  await makeArtefact(platform.recipe, image, target, options);
  return join(target, artefactName(image.name, platform.recipe));
}

test.each([
  ["libvirt", Platform.libvirt(), "web.qcow2"],
  ["libvirt", Platform.libvirt({ compression: "none" }), "web.qcow2"],
  ["xen", Platform.xen(), "web.raw"],
  ["azure", Platform.azure(), "web.vhd"],
  ["google", Platform.google(), "web.tar.gz"],
  ["aws", Platform.aws(), "web.vmdk"],
  ["aws", Platform.aws({ format: "raw" }), "web.raw"],
  ["vmware", Platform.vmware({ guest: "rhel9_64Guest" }), "web.ova"],
  ["vagrant", Platform.vagrantLibvirt(), "web.box"],
])("for %s it makes one file, which keeps the rules of its form (%#)", async (name, platform, expected) => {
  const before = sha256(image.disk.path);
  const file = await make(platform);
  expect(readdirSync(join(file, ".."))).toEqual([expected]);
  const { broken } = await verifyArtefact(name, file);
  // Nothing is installed on this disk.
  expect(broken.map(({ code }) => code)).toEqual(name === "xen" ? ["XN01"] : []);
  expect(sha256(image.disk.path)).toBe(before);
});

test("for bare metal it makes a compressed disk and its checksum, which sha256sum accepts", async () => {
  const file = await make(Platform.bareMetal());
  execFileSync("sha256sum", ["--check", "--status", "web.raw.zst.sha256"], { cwd: join(file, "..") });
  execFileSync("zstd", ["-q", "-d", file, "-o", join(folder, "unpacked")]);
  expect(sha256(join(folder, "unpacked"))).toBe(sha256(raw));
});

test.each([Platform.azure(), Platform.google(), Platform.vmware({ guest: "rhel9_64Guest" })])(
  "two runs for $name give the same bytes but for what the format makes unique",
  async (platform) => {
    const [first, second] = [await make(platform), await make(platform)];
    if (platform.name === "google") expect(sha256(first)).toBe(sha256(second));
    const contents = (file: string): string => {
      const format = platform.name === "azure" ? "vpc" : "vmdk";
      if (platform.name === "google") return "";
      const disk = platform.name === "vmware" ? unpack(file) : file;
      execFileSync("qemu-img", ["convert", "-f", format, "-O", "raw", disk, `${file}.raw`]);
      return sha256(`${file}.raw`);
    };
    expect(contents(first)).toBe(contents(second));
  },
);

function unpack(ova: string): string {
  execFileSync("tar", ["-xf", ova, "-C", join(ova, "..")]);
  return join(ova, "..", "web-disk1.vmdk");
}
