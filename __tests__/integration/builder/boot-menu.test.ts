import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { mediumKernelLine } from "../../../builder/boot-menu";
import { demoMedium } from "../../support/request";
import { temporaryFolder } from "../../support/temporary";

let folder: string;
beforeEach(() => (folder = temporaryFolder("boot-menu")));

/** A medium with that volume label and those files. */
function medium(label: string, files: Readonly<Record<string, string>>): string {
  const tree = join(folder, "tree");
  mkdirSync(tree);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const iso = join(folder, "medium.iso");
  execFileSync("xorriso", ["-as", "mkisofs", "-quiet", "-R", "-J", "-V", label, "-o", iso, tree], { stdio: "ignore" });
  return iso;
}

/** An isolinux menu as those of EL 7-9 media: the second entry is the default. */
function isolinux(root: string): string {
  return `default vesamenu.c32
timeout 600
menu title Some Linux
label linux
  menu label ^Install Some Linux
  kernel vmlinuz
  append initrd=initrd.img ${root} quiet
label check
  menu default
  kernel vmlinuz
  append initrd=initrd.img ${root} rd.live.check quiet
menu begin ^Troubleshooting
label rescue
  kernel vmlinuz
  append initrd=initrd.img ${root} inst.rescue quiet
label memtest
  kernel memtest
label local
  localboot 0xffff
menu end
`;
}

/** A GRUB menu as those of UEFI media, and of BIOS media since EL 10. */
function grub(command: string, root: string): string {
  return `set default="1"
search --no-floppy --set=root -l 'SOME'
menuentry 'Install Some Linux' --class os {
\t${command} /images/pxeboot/vmlinuz ${root} quiet
\tinitrd /images/pxeboot/initrd.img
}
menuentry 'Test this media & install Some Linux' --class os {
\t${command} /images/pxeboot/vmlinuz ${root} rd.live.check quiet
\tinitrd /images/pxeboot/initrd.img
}
`;
}

describe("the kernel line of a medium's boot menu", () => {
  it("is that of the install entry, without what only the boot loader needs", () => {
    const root = "inst.stage2=hd:LABEL=Rocky-9-6-x86_64-dvd";
    const iso = medium("Rocky-9-6-x86_64-dvd", { "isolinux/isolinux.cfg": isolinux(root) });
    expect(mediumKernelLine(iso, "bios")).toBe(root);
  });

  it("keeps the vendor's escapes of a label, as EL 7 has them", () => {
    const root = "inst.stage2=hd:LABEL=CentOS\\x207\\x20x86_64";
    const iso = medium("CentOS 7 x86_64", { "isolinux/isolinux.cfg": isolinux(root) });
    expect(mediumKernelLine(iso, "bios")).toBe(root);
  });

  it("comes from the menu of the machine's firmware, whatever GRUB's command is", () => {
    const files = {
      "isolinux/isolinux.cfg": isolinux("inst.stage2=hd:LABEL=BIOS"),
      "EFI/BOOT/grub.cfg": grub("linuxefi", "inst.stage2=hd:LABEL=UEFI"),
    };
    const iso = medium("SOME", files);
    expect(mediumKernelLine(iso, "bios")).toBe("inst.stage2=hd:LABEL=BIOS");
    expect(mediumKernelLine(iso, "uefi")).toBe("inst.stage2=hd:LABEL=UEFI");
  });

  it("is that of GRUB on a BIOS medium without isolinux, as since EL 10", () => {
    const iso = medium("SOME", { "boot/grub2/grub.cfg": grub("linux", "inst.stage2=hd:LABEL=RHEL-10-0") });
    expect(mediumKernelLine(iso, "bios")).toBe("inst.stage2=hd:LABEL=RHEL-10-0");
  });

  it("keeps the vendor's other words, but no kickstart and no check of the medium", () => {
    const words = "inst.stage2=hd:LABEL=A inst.ks=cdrom:/ks.cfg ks=http://x/ nomodeset rd.live.check fips=1";
    const iso = medium("A", { "isolinux/isolinux.cfg": isolinux(words) });
    expect(mediumKernelLine(iso, "bios")).toBe("inst.stage2=hd:LABEL=A nomodeset fips=1");
  });

  it("is never that of a rescue system", () => {
    const menu = `label rescue\nappend initrd=initrd.img inst.stage2=hd:LABEL=A rescue\n${isolinux("inst.repo=cdrom")}`;
    expect(mediumKernelLine(medium("A", { "isolinux/isolinux.cfg": menu }), "bios")).toBe("inst.repo=cdrom");
  });

  it("names the medium by its volume label when the menu does not, or when there is no menu", () => {
    const named = "inst.stage2=hd:LABEL=MY\\x20OWN\\x2fLINUX";
    expect(mediumKernelLine(medium("MY OWN/LINUX", { "isolinux/isolinux.cfg": isolinux("fips=1") }), "bios")).toBe(
      `fips=1 ${named}`,
    );
    rmSync(join(folder, "tree"), { recursive: true });
    expect(mediumKernelLine(medium("MY OWN/LINUX", { a: "" }), "uefi")).toBe(named);
  });

  it("is not a line that only the boot loader can read", () => {
    const iso = medium("A", { "EFI/BOOT/grub.cfg": grub("linux", 'inst.stage2="hd:LABEL=$label"') });
    expect(mediumKernelLine(iso, "uefi")).toBe("inst.stage2=hd:LABEL=A");
  });

  it.each(["bios", "uefi"] as const)("names the demo installer's medium on %s", (firmware) => {
    expect(mediumKernelLine(demoMedium().iso, firmware)).toBe("inst.stage2=hd:LABEL=OSIMAGES-DEMO");
  });
});
