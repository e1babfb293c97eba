import { readdirSync, readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Platform } from "../../../platforms/platform";
import { verifyArtefact } from "../../../platforms/verify";
import { sha256 as sha256Of } from "../../../util/digest";
import { SmallImage } from "../../support/small-image";

const image = new SmallImage();
const sha256 = (file: string): string => sha256Of(readFileSync(file));
const make = (platform: Platform): Promise<string> => image.make(platform);

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
  const before = sha256(image.source.disk.path);
  const file = await make(platform);
  expect(readdirSync(join(file, ".."))).toEqual([expected]);
  const { broken } = await verifyArtefact(name, file);
  // Nothing is installed on this disk.
  expect(broken.map(({ code }) => code)).toEqual(name === "xen" ? ["XN01"] : []);
  expect(sha256(image.source.disk.path)).toBe(before);
});

test("for bare metal it makes a compressed disk and its checksum, which sha256sum accepts", async () => {
  const file = await make(Platform.bareMetal());
  execFileSync("sha256sum", ["--check", "--status", "web.raw.zst.sha256"], { cwd: join(file, "..") });
  execFileSync("zstd", ["-q", "-d", file, "-o", join(image.folder, "unpacked")]);
  expect(sha256(join(image.folder, "unpacked"))).toBe(sha256(image.raw));
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
