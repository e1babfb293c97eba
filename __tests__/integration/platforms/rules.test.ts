import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PLATFORMS, verifyArtefact } from "../../../platforms/verify";
import { RULE_TABLES } from "../../../scripts/write-platform-docs";
import { randomNumbers } from "../../support/random";
import { temporaryFolder } from "../../support/temporary";
import {
  convert,
  DISK_BYTES,
  edited,
  EXTLINUX,
  KERNELS,
  makeArtefacts,
  makeLinuxDisk,
  makeOva,
  tarGz,
  withFooter,
  zstd,
} from "./artefacts";

const folder = temporaryFolder("platforms");

const good = makeArtefacts(folder);
let serial = 0;
const fresh = (): string => join(folder, `case-${++serial}`);
const mkdir = (path: string): void => void mkdirSync(path, { recursive: true });

/** Rules that a case below breaks; the last test compares them with the tables. */
const seen = new Set<string>();

async function codes(platform: string, file: string): Promise<string[]> {
  return (await verifyArtefact(platform, file)).broken.map(({ code }) => code);
}

const box = (metadata: object, names = ["metadata.json", "Vagrantfile", "box.img"]): string => {
  writeFileSync(join(folder, "metadata.json"), JSON.stringify(metadata));
  writeFileSync(join(folder, "Vagrantfile"), "\n");
  return tarGz(fresh(), folder, [], names);
};
const LIBVIRT = { provider: "libvirt", format: "qcow2", virtual_size: 1 };

test.each<[string, () => string | Promise<string>]>([
  ["libvirt", () => good.raw],
  ["libvirt", () => good.qcow2],
  ["xen", () => makeLinuxDisk(fresh(), { ...KERNELS, ...EXTLINUX })],
  ["xen", () => good.qcow2],
  ["azure", () => good.vhd],
  ["aws", () => good.raw],
  ["aws", () => good.vmdk],
  ["vmware", () => good.vmdk],
  ["vmware", () => makeOva(good.vmdk, fresh())],
  ["google", () => good.google],
  ["vagrant", () => box(LIBVIRT)],
  ["bare-metal", () => good.zst],
])("it finds nothing wrong with a good artefact for %s (%#)", async (platform, make) => {
  expect(await codes(platform, await make())).toEqual([]);
});

/** Platform, the rule that is broken, and how. */
const BROKEN: readonly [string, string, () => string | Promise<string>][] = [
  [
    "libvirt",
    "RW01",
    () => edited(good.qcow2, fresh(), () => Buffer.concat([Buffer.alloc(510), Buffer.from("55aa00", "hex")])),
  ],
  ["libvirt", "RW02", () => edited(good.qcow2, fresh(), () => Buffer.alloc(1024))],
  ["libvirt", "QC01", () => convert(good.raw, fresh(), "-O", "qcow2", "-o", "compat=0.10")],
  ["libvirt", "QC02", () => edited(good.qcow2, fresh(), (bytes) => void bytes.writeBigUInt64BE(512n, 8))],
  ["libvirt", "QC03", () => edited(good.qcow2, fresh(), (bytes) => void bytes.writeUInt32BE(1, 32))],
  ["libvirt", "QC04", () => edited(good.qcow2, fresh(), (bytes) => void bytes.writeUInt32BE(1, 60))],
  ["libvirt", "QC05", () => edited(good.qcow2, fresh(), (bytes) => void bytes.writeBigUInt64BE(1n, 72))],
  ["libvirt", "QC06", () => edited(good.qcow2, fresh(), (bytes) => void bytes.writeUInt8(7, 104))],
  ["libvirt", "QC07", () => edited(good.qcow2, fresh(), (bytes) => void bytes.writeBigUInt64BE(1000n, 24))],
  ["libvirt", "QC08", () => edited(good.qcow2, fresh(), (bytes) => bytes.subarray(0, 4096))],
  ["libvirt", "QC09", () => edited(good.qcow2, fresh(), (bytes) => void bytes.writeUInt32BE(8, 20))],
  ["xen", "XN01", () => good.raw],
  ["xen", "XN01", () => bootDisk("", "boot/loader/entries/linux.conf")],
  ["xen", "XN02", () => bootDisk("insmod blscfg\nblscfg\n", "boot/grub2/grub.cfg")],
  ["xen", "XN02", () => bootDisk("LABEL linux\n  LINUX ../vmlinuz-1\n  INITRD ../initrd.img-1\n")],
  ["xen", "XN03", () => bootDisk("LABEL linux\n  KERNEL ../vmlinuz-1\n  APPEND initrd=../initrd.img-1 console=hvc0\n")],
  ["xen", "XN03", () => bootDisk("LABEL linux\n  KERNEL /boot/vmlinuz-1\n  APPEND initrd=/boot/absent console=hvc0\n")],
  [
    "xen",
    "XN04",
    () => bootDisk("LABEL linux\n  KERNEL /boot/vmlinuz-1\n  APPEND initrd=/boot/initrd.img-1 console=ttyS0\n"),
  ],
  ["azure", "AZ01", () => good.raw],
  ["azure", "AZ01", () => convert(good.raw, fresh(), "-O", "vhdx")],
  ["azure", "AZ02", () => withFooter(good.vhd, fresh(), (footer) => void footer.writeUInt32BE(3, 60))],
  ["azure", "AZ03", () => withFooter(good.vhd, fresh(), (footer) => void footer.writeUInt32BE(1, 64), false)],
  [
    "azure",
    "AZ04",
    () => {
      const raw = fresh();
      copyFileSync(good.raw, raw);
      truncateSync(raw, DISK_BYTES + 512 * 1024);
      return convert(raw, fresh(), "-O", "vpc", "-o", "subformat=fixed,force_size=on");
    },
  ],
  ["azure", "AZ05", () => edited(good.vhd, fresh(), (bytes) => bytes.subarray(512))],
  ["azure", "AZ06", () => withFooter(good.vhd, fresh(), (footer) => void footer.writeBigUInt64BE(5n, 40))],
  ["azure", "AZ07", () => withFooter(good.vhd, fresh(), (footer) => void footer.writeBigUInt64BE(512n, 16))],
  ["azure", "AZ08", () => withFooter(good.vhd, fresh(), (footer) => void footer.writeUInt32BE(0x20000, 12))],
  [
    "azure",
    "AZ09",
    () => {
      const raw = fresh();
      copyFileSync(good.raw, raw);
      truncateSync(raw, 8 * 1024 ** 2);
      return convert(raw, fresh(), "-O", "vpc", "-o", "subformat=fixed,force_size=on");
    },
  ],
  ["azure", "AZ10", () => withFooter(good.vhd, fresh(), (footer) => void footer.fill(0, 68, 84))],
  ["azure", "AZ11", () => withFooter(good.vhd, fresh(), (footer) => void footer.writeUInt32BE(3, 8))],
  ["azure", "AZ12", () => withFooter(good.vhd, fresh(), (footer) => void footer.writeUInt8(1, 84))],
  ["azure", "RW02", () => edited(good.vhd, fresh(), (bytes) => void bytes.writeUInt16BE(0, 510))],
  ["vmware", "VM01", () => edited(good.vmdk, fresh(), (bytes) => void bytes.writeUInt32LE(1, 4))],
  ["vmware", "VM02", () => edited(good.vmdk, fresh(), (bytes) => void bytes.writeUInt32LE(3, 8))],
  ["vmware", "VM03", () => edited(good.vmdk, fresh(), (bytes) => void bytes.writeUInt16LE(0, 0x4d))],
  ["vmware", "VM04", () => replaced(good.vmdk, "streamOptimized", "monolithicSpars")],
  ["vmware", "VM05", () => replaced(good.vmdk, "RW 131072 ", "RW 131071 ")],
  ["vmware", "VM06", () => edited(good.vmdk, fresh(), (bytes) => void bytes.write("\n \n\n", 0x49))],
  ["vmware", "VM07", () => edited(good.vmdk, fresh(), (bytes) => void bytes.writeUInt8(1, 0x48))],
  ["vmware", "VM08", () => edited(good.vmdk, fresh(), (bytes) => void bytes.writeBigUInt64LE(64n, 0x14))],
  ["vmware", "VM09", () => edited(good.vmdk, fresh(), (bytes) => bytes.subarray(0, 12 * 1024))],
  ["vmware", "VM10", () => edited(good.vmdk, fresh(), (bytes) => void bytes.fill(0xff, 65548, 65568))],
  ["vmware", "VM11", () => replaced(good.vmdk, "parentCID=ffffffff", "parentCID=12345678")],
  ["vmware", "VM12", () => convert(good.raw, fresh(), "-O", "vmdk", "-o", "subformat=streamOptimized")],
  ["vmware", "OV01", () => tarGz(fresh(), folder, ["--format=ustar"], ["disk.vmdk"])],
  ["vmware", "OV02", () => makeOva(good.vmdk, fresh(), { members: ([ovf, mf, disk]) => [mf!, ovf!, disk!] })],
  ["vmware", "OV03", () => makeOva(good.vmdk, fresh(), { members: ([ovf, mf, disk]) => [ovf!, disk!, mf!] })],
  [
    "vmware",
    "OV04",
    async () => edited(await makeOva(good.vmdk, fresh()), fresh(), (bytes) => bytes.subarray(0, bytes.length - 1024)),
  ],
  ["vmware", "OV05", () => ovf((text) => text.replace("</VirtualSystem>", ""))],
  ["vmware", "OV05", () => ovf((text) => text.replace("<Envelope", '<!DOCTYPE a [<!ENTITY b "c">]><Envelope'))],
  ["vmware", "OV06", () => makeOva(good.vmdk, fresh(), { manifest: (text) => text.replace(/^SHA256/, "SHA-256") })],
  [
    "vmware",
    "OV07",
    () => makeOva(good.vmdk, fresh(), { manifest: (text) => text.replace(/.{10}\n$/, "0000000000\n") }),
  ],
  ["vmware", "OV08", () => ovf((text) => text.replace('href="web-disk1.vmdk"', 'href="other.vmdk"'))],
  ["vmware", "OV09", () => ovf((text) => text.replace(/ovf:size="\d+"/, 'ovf:size="1"'))],
  ["vmware", "OV10", () => ovf((text) => text.replace("#streamOptimized", "#sparse"))],
  ["vmware", "OV11", () => ovf((text) => text.replace('ovf:fileRef="file1"', 'ovf:fileRef="file2"'))],
  ["vmware", "OV12", () => ovf((text) => text.replace('ovf:capacity="67108864"', 'ovf:capacity="67108352"'))],
  ["vmware", "OV13", () => ovf((text) => text.replace("rhel9_64Guest", ""))],
  ["vmware", "OV14", () => ovf((text) => text.replace("vmx-19", "virtualbox-2.2"))],
  ["vmware", "OV15", () => ovf((text) => text.replace("<rasd:Parent>3<", "<rasd:Parent>9<"))],
  ["vmware", "OV16", () => ovf((text) => text.replace("<rasd:ResourceSubType>VMXNET3</rasd:ResourceSubType>", ""))],
  ["vmware", "OV17", () => ovf((text) => text.replace('vmw:value="bios"', 'vmw:value="uefi"'))],
  [
    "vmware",
    "OV18",
    () => makeOva(good.vmdk, fresh(), { members: (all) => all.map(([name, data]) => [`a b/${name}`, data]) }),
  ],
  ["vmware", "OV19", () => makeOva(good.vmdk, fresh(), { vmdk: (bytes) => void bytes.writeUInt32LE(1, 4) })],
  ["google", "GC01", () => good.raw],
  ["google", "GC02", () => edited(good.google, fresh(), (bytes) => bytes.subarray(0, bytes.length - 100))],
  ["google", "GC03", () => tarGz(fresh(), folder, ["--format=ustar"], ["small.raw"])],
  ["google", "GC04", () => tarGz(fresh(), folder, ["--format=oldgnu", "-S"], ["disk.raw", "box.img"])],
  ["google", "GC05", () => tarGz(fresh(), folder, ["--format=oldgnu", "-S"], ["./disk.raw"])],
  ["google", "GC06", () => tarGz(fresh(), folder, ["--format=pax", "-S"], ["disk.raw"])],
  [
    "google",
    "GC07",
    () => {
      const disk = join(folder, "short", "disk.raw");
      edited(good.qcow2, join(folder, "boot"), () => Buffer.concat([Buffer.alloc(510), Buffer.from("55aa", "hex")]));
      mkdir(join(folder, "short"));
      copyFileSync(join(folder, "boot"), disk);
      truncateSync(disk, 1024 ** 3 + 512);
      return tarGz(fresh(), join(folder, "short"), ["--format=oldgnu", "-S"], ["disk.raw"]);
    },
  ],
  [
    "google",
    "GC08",
    () => {
      mkdir(join(folder, "folder", "disk.raw"));
      return tarGz(fresh(), join(folder, "folder"), ["--format=oldgnu"], ["disk.raw"]);
    },
  ],
  ["vagrant", "VG01", () => good.raw],
  ["vagrant", "VG02", () => edited(box(LIBVIRT), fresh(), (bytes) => bytes.subarray(0, bytes.length - 100))],
  ["vagrant", "VG03", () => box(LIBVIRT, ["Vagrantfile", "box.img"])],
  ["vagrant", "VG04", () => box({ ...LIBVIRT, provider: "virtualbox" })],
  ["vagrant", "VG05", () => box({ ...LIBVIRT, format: "raw" })],
  ["vagrant", "VG06", () => box({ ...LIBVIRT, virtual_size: 1.5 })],
  ["vagrant", "VG07", () => box(LIBVIRT, ["metadata.json", "Vagrantfile"])],
  [
    "vagrant",
    "VG08",
    () => {
      mkdir(join(folder, "large"));
      writeFileSync(join(folder, "large", "Vagrantfile"), "\n");
      writeFileSync(join(folder, "large", "metadata.json"), JSON.stringify(LIBVIRT));
      const raw = join(folder, "large", "raw");
      copyFileSync(good.raw, raw);
      truncateSync(raw, 1024 ** 3 + 512);
      convert(raw, join(folder, "large", "box.img"), "-O", "qcow2");
      return tarGz(fresh(), join(folder, "large"), [], ["metadata.json", "Vagrantfile", "box.img"]);
    },
  ],
  ["vagrant", "VG09", () => box(LIBVIRT, ["metadata.json", "box.img"])],
  [
    "vagrant",
    "VG10",
    () =>
      tarGz(
        fresh(),
        folder,
        ["-P", "--transform=s,^Vagrantfile,../Vagrantfile,"],
        ["metadata.json", "Vagrantfile", "box.img"],
      ),
  ],
  ["bare-metal", "BM01", () => good.raw],
  ["bare-metal", "BM01", () => edited(good.zst, fresh(), (bytes) => bytes.subarray(0, 3))],
  ["bare-metal", "BM02", () => zstd(good.raw, fresh(), "--no-content-size")],
  [
    "bare-metal",
    "BM03",
    () =>
      zstd(
        edited(good.raw, fresh(), (bytes) => bytes.subarray(0, 1000)),
        fresh(),
      ),
  ],
  ["bare-metal", "BM04", () => edited(good.zst, fresh(), withDictionary)],
];

const bootDisk = (text: string, path = "boot/extlinux/extlinux.conf"): string =>
  makeLinuxDisk(fresh(), { ...KERNELS, [path]: text });
const replaced = (file: string, from: string, to: string): string =>
  edited(file, fresh(), (bytes) => void bytes.write(to, bytes.indexOf(from)));
/** The flag that the number of a dictionary follows in the header, and such a number. */
function withDictionary(bytes: Buffer): Buffer {
  const descriptor = bytes.readUInt8(4);
  const single = (descriptor & 0x20) !== 0;
  bytes.writeUInt8(descriptor | 1, 4);
  const at = single ? 5 : 6;
  return Buffer.concat([bytes.subarray(0, at), Buffer.from([7]), bytes.subarray(at)]);
}
const ovf = (descriptor: (text: string) => string): Promise<string> => makeOva(good.vmdk, fresh(), { descriptor });

test.each(BROKEN)("it refuses for %s an artefact that breaks %s (%#)", async (platform, code, make) => {
  const broken = await codes(platform, await make());
  expect(broken).toContain(code);
  seen.add(code);
});

test("every rule has an artefact that breaks it, and there are 80 at least", () => {
  const all = new Set(RULE_TABLES.flatMap(([, rules]) => rules.map(({ code }) => code)));
  expect([...all].filter((code) => !seen.has(code))).toEqual([]);
  expect(BROKEN.length).toBeGreaterThanOrEqual(80);
});

test("it gives an answer for every file, however damaged, and never hangs", async () => {
  const numbers = randomNumbers(7);
  const random = (): number => Math.floor(numbers() * 2 ** 31);
  const ova = await makeOva(good.vmdk, fresh());
  const files = [good.raw, good.qcow2, good.vmdk, ova, good.google, box(LIBVIRT), good.zst];
  for (const platform of Object.keys(PLATFORMS)) {
    for (let round = 0; round < 40; round++) {
      const source = files[round % files.length] ?? good.raw;
      const file = edited(source, fresh(), (bytes) => {
        const small = bytes.subarray(0, Math.min(bytes.length, 200_000));
        for (let edit = 0; edit < 20; edit++) small.writeUInt8(random() % 256, random() % Math.min(small.length, 4096));
        return small.subarray(0, 1 + (random() % small.length));
      });
      const started = performance.now();
      expect((await verifyArtefact(platform, file)).rules).toBeGreaterThan(0);
      expect(performance.now() - started).toBeLessThan(2000);
    }
  }
}, 60_000);

test("os-images verify --platform prints the rule and ends with 1, or 2 for a platform that it does not know", () => {
  const run = (...words: string[]) => {
    const program = join(__dirname, "..", "..", "..", "bin", "os-images.js");
    return spawnSync(process.execPath, [program, "verify", ...words], { encoding: "utf8" });
  };
  expect(run("--platform", "azure", good.vhd)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("keeps all") as string,
  });
  expect(run("--platform", "azure", good.raw)).toMatchObject({
    status: 1,
    stdout: expect.stringContaining("AZ01") as string,
  });
  expect(JSON.parse(run("--platform", "azure", "--json", good.raw).stdout)).toMatchObject([
    { platform: "azure", broken: [{ code: "AZ01" }] },
  ]);
  expect(run("--platform", "moon", good.raw)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("write one of libvirt") as string,
  });
  expect(run("--platform", "azure", join(folder, "absent"))).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("ENOENT") as string,
  });
}, 60_000);
