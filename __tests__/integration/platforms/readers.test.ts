import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { Decompress } from "fzstd";
import { Platform } from "../../../platforms/platform";
import { describeWith, extraOnPath, findExtra } from "../../support/extra";
import { SmallImage } from "../../support/small-image";
import { makeOva } from "./artefacts";

jest.setTimeout(60_000);

const image = new SmallImage();
const MIB = 1024 ** 2;
const OVA = Platform.vmware({ guest: "rhel9_64Guest" });

/** Of the disk, as each platform rounds it. */
const BYTES = image.source.disk.virtualSizeBytes;

describeWith(findExtra("independent-readers"), "readers that share no code with the writers", (python) => {
  const read = (ending: string, file: string): unknown =>
    JSON.parse(
      execFileSync(python, [join(__dirname, "../../support/virtual-disk.py"), ending, file], { encoding: "utf8" }),
    );

  it.each<[string, Platform, number, string[]]>([
    ["qcow2", Platform.libvirt(), BYTES, []],
    ["qcow2", Platform.libvirt({ compression: "zlib" }), BYTES, []],
    ["raw", Platform.xen(), BYTES, []],
    ["vhd", Platform.azure(), 65 * MIB, []],
    ["tar.gz", Platform.google(), 1024 * MIB, ["disk.raw"]],
    ["vmdk", Platform.aws(), BYTES, []],
    ["ova", OVA, BYTES, ["web.ovf", "web.mf", "web-disk1.vmdk"]],
    ["box", Platform.vagrantLibvirt(), BYTES, ["metadata.json", "Vagrantfile", "box.img"]],
  ])("find the image's disk in a %s (%#)", async (ending, platform, size, names) => {
    expect(read(ending, await image.make(platform))).toEqual({ names, size, sha256: image.sha256(size) });
  });
});

test("another implementation of zstd finds the image's disk in the file for bare metal", async () => {
  const hash = createHash("sha256");
  const unpacked = new Decompress((piece) => void hash.update(piece));
  for await (const piece of createReadStream(await image.make(Platform.bareMetal()))) unpacked.push(piece as Buffer);
  unpacked.push(new Uint8Array(), true);
  expect(hash.digest("hex")).toBe(image.sha256(BYTES));
});

describeWith(extraOnPath("virt-v2v"), "virt-v2v", (virtV2v) => {
  const source = (ova: string): { status: number | null; output: string } => {
    const env = { ...process.env, LIBGUESTFS_BACKEND: "direct" };
    const words = ["-i", "ova", ova, "--print-source"];
    const { status, stdout, stderr } = spawnSync(virtV2v, words, { encoding: "utf8", env });
    return { status, output: `${stdout}${stderr}` };
  };

  it("takes an OVA, and finds firmware, memory, disk and card in it", async () => {
    const { status, output } = source(await image.make(OVA));
    expect(output).toMatch(/source name: web\n/);
    expect(output).toMatch(/memory: 2147483648 /);
    expect(output).toMatch(/nr vCPUs: 2\n/);
    expect(output).toMatch(/firmware: uefi\n/);
    expect(output).toMatch(/\[scsi\]/);
    expect(output).toMatch(/Bridge|Network/);
    expect(status).toBe(0);
  });

  it("refuses one whose disk has another digest than its manifest, as our rule does", async () => {
    const vmdk = await image.make(Platform.aws());
    const broken = await makeOva(vmdk, join(image.folder, "broken.ova"), {
      manifest: (text) => text.replace(/.{10}\n$/, "0000000000\n"),
    });
    expect(source(broken)).toMatchObject({ status: 1, output: expect.stringMatching(/checksum/) as string });
  });
});
