import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ByteFile } from "../../../platforms/bytes";
import { type BootConfiguration, readBootConfiguration } from "../../../platforms/pygrub";
import { temporaryFolder } from "../../support/temporary";
import { whyNoXen } from "../../support/xen/packages";
import { XenTools } from "../../support/xen/tools";
import { EXTLINUX, KERNELS, makeLinuxDisk } from "./artefacts";

const folder = temporaryFolder("pygrub");
let serial = 0;

type Files = Readonly<Record<string, string>>;

function diskOf(files: Files, table?: "mbr" | "gpt"): string {
  return makeLinuxDisk(join(folder, `disk?${++serial}`), { ...KERNELS, ...files }, table);
}

function read(files: Files, table?: "mbr" | "gpt"): Promise<BootConfiguration> {
  return ByteFile.read(diskOf(files, table), readBootConfiguration);
}

const GRUB = `set default="1"
function savedefault {
  set saved=1
}
menuentry 'Linux 0' --class os {
  linux /boot/vmlinuz-0 root=UUID=b
}
menuentry 'Linux 1' --class os $menuentry_id_option 'x' {
  insmod ext2
  linux /boot/vmlinuz-1 root=UUID=a console=hvc0
  initrd /boot/initrd.img-1
}
`;

const FOUND = {
  entry: { kernel: "/boot/vmlinuz-1", initramfs: "/boot/initrd.img-1", kernelLine: "root=UUID=a console=hvc0" },
  missing: [],
};

describe("the boot configuration that pygrub would take", () => {
  it.each(["mbr", "gpt"] as const)("is extlinux's default entry on a disk with %s", async (table) => {
    const found = await read(EXTLINUX, table);
    expect(found).toEqual({ file: "/boot/extlinux/extlinux.conf", ...FOUND });
  });

  it("is GRUB's default menuentry, before extlinux's", async () => {
    const found = await read({ "boot/grub/grub.cfg": GRUB, "boot/extlinux/extlinux.conf": "LABEL other\n" });
    expect(found).toEqual({ file: "/boot/grub/grub.cfg", ...FOUND });
  });

  it("is GRUB's first menuentry if the default is a variable", async () => {
    const found = await read({ "boot/grub2/grub.cfg": GRUB.replace('"1"', '"${saved_entry}"') });
    expect(found).toMatchObject({ entry: { kernel: "/boot/vmlinuz-0" }, missing: ["/boot/vmlinuz-0"] });
  });

  it("has paths from the root of a boot partition of its own", async () => {
    const found = await read({ "extlinux.conf": "LABEL a\nKERNEL /vmlinuz\n", vmlinuz: "kernel" });
    expect(found).toEqual({ file: "/extlinux.conf", entry: { kernel: "/vmlinuz", kernelLine: "" }, missing: [] });
  });

  it("names no file of the disk by more than one word", async () => {
    const found = await read({ "extlinux.conf": "LABEL a\nKERNEL /boot/vmlinuz-1 /etc/passwd\n" });
    expect(found.missing).toEqual(["/boot/vmlinuz-1 /etc/passwd"]);
  });
});

const why = whyNoXen();

(why === "" ? describe : describe.skip)(`the real pygrub of Xen 4.17${why && ` (skipped: ${why})`}`, () => {
  let tools: XenTools;
  beforeAll(async () => {
    tools = await XenTools.get();
  }, 240_000);

  it.each<[string, Files, "mbr" | "gpt"]>([
    ["extlinux's default entry", EXTLINUX, "mbr"],
    ["extlinux's default entry on a disk with GPT", EXTLINUX, "gpt"],
    ["GRUB's default menuentry", { "boot/grub/grub.cfg": GRUB }, "mbr"],
    ["GRUB's menuentry, before extlinux's", { ...EXTLINUX, "boot/grub2/grub.cfg": GRUB }, "mbr"],
  ])("takes %s too", async (_, files, table) => {
    const disk = diskOf(files, table);
    const into = `${disk}.out`;
    mkdirSync(into);
    const { kernel = "", ramdisk = "", args } = tools.pygrub(disk, into);
    const text = (file: string): string => readFileSync(file, "utf8");
    const { entry } = await ByteFile.read(disk, readBootConfiguration);
    expect({ kernel: text(kernel), initramfs: text(ramdisk), args }).toEqual({
      kernel: KERNELS[(entry?.kernel.slice(1) ?? "") as keyof typeof KERNELS],
      initramfs: KERNELS[(entry?.initramfs?.slice(1) ?? "") as keyof typeof KERNELS],
      args: entry?.kernelLine,
    });
  });

  it("takes nothing out of a disk with a file that the check misses", () => {
    const disk = diskOf({ "extlinux.conf": "LABEL a\nKERNEL /boot/vmlinuz-2\n" });
    expect(() => tools.pygrub(disk, folder)).toThrow(/vmlinuz-2/);
  });
});
