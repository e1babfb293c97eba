import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SOURCES } from "./inputs";
import { runTool, type Tools } from "./tools";

/** Where RHEL media have the image of the FAT volume from which a UEFI machine starts. */
export const EFI_IMAGE = "images/efiboot.img";

/** Debian's GRUB for CDs: it finds the medium by the file /.disk/info and reads /boot/grub/grub.cfg there. */
const GRUB = "usr/lib/grub/x86_64-efi-signed/gcdx64.efi.signed";

/** Size of the FAT volume, in KiB: GRUB has 2 MiB. */
const VOLUME_KIB = 4096;

/** Adds to the medium's folder what a UEFI machine starts by: the FAT volume with GRUB, and GRUB's menu. */
export async function makeEfiBoot(tools: Tools, work: string, medium: string): Promise<void> {
  const image = join(medium, EFI_IMAGE);
  const volume = ["-i", image];
  const mkfs = ["-C", "-F", "12", "-n", "EFIBOOT", "-i", "05150515", "--invariant", image, String(VOLUME_KIB)];
  await runTool(tools, "mkfs.vfat", "sbin/mkfs.vfat", mkfs);
  await runTool(tools, "mmd", "usr/bin/mtools", [...volume, "::EFI", "::EFI/BOOT"]);
  const loader = join(work, "BOOTX64.EFI");
  copyFileSync(join(tools.root, GRUB), loader);
  await runTool(tools, "mcopy", "usr/bin/mtools", [...volume, loader, "::EFI/BOOT/BOOTX64.EFI"]);

  mkdirSync(join(medium, "boot/grub"), { recursive: true });
  copyFileSync(join(SOURCES, "medium/grub.cfg"), join(medium, "boot/grub/grub.cfg"));
  mkdirSync(join(medium, ".disk"));
  writeFileSync(join(medium, ".disk/info"), "os-images demo installer\n");
}
