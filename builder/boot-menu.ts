import { textOnMedium, volumeLabel } from "./iso9660";

/**
 * Where media keep their boot menus, the firmware's own first. Lorax, which makes the media of Enterprise Linux and Fedora:
 * `share/templates.d/99-generic/x86.tmpl` and `efi.tmpl`, of EL 7 `share/`. BIOS media of EL 7-9 start by isolinux, those of
 * EL 10 and Fedora by GRUB; `boot/grub` is GRUB's place on media of others.
 */
const MENUS = {
  bios: ["isolinux/isolinux.cfg", "boot/grub2/grub.cfg", "boot/grub/grub.cfg", "EFI/BOOT/grub.cfg"],
  uefi: ["EFI/BOOT/grub.cfg", "boot/grub2/grub.cfg", "boot/grub/grub.cfg", "isolinux/isolinux.cfg"],
};

/** What only the boot loader needs, asks for a check of the medium, or hides what the console is read for. */
const LEFT_OUT = /^(?:initrd=.*|BOOT_IMAGE=.*|rd\.live\.check|quiet|rhgb|(?:inst\.)?ks(?:=.*)?)$/;

/** By any of these words the installer knows where its second stage is. */
const NAMES_STAGE2 = /^(?:(?:inst\.)?(?:stage2|repo)|root)=/;

/**
 * The kernel line with which the medium's own boot menu starts its installer: of its first entry that is no rescue
 * system, without check of the medium and without a kickstart. It names the medium in any case (`inst.stage2=...`): without
 * that, the installer mounts one CD after another while it looks for its second stage, and loses the kickstart on
 * another CD (anaconda, `dracut/parse-anaconda-repo.sh`: `anaconda-auto-cd`).
 */
export function mediumKernelLine(iso: string, firmware: "bios" | "uefi"): string {
  const menus = MENUS[firmware].map((path) => textOnMedium(iso, path)).filter((text) => text !== undefined);
  const [words = []] = menus.flatMap(installerLines);
  return (words.some((word) => NAMES_STAGE2.test(word)) ? words : [...words, ...stage2(iso)]).join(" ");
}

/**
 * The kernel lines of a menu's entries that start an installer, as words. GRUB: `linux PATH WORDS`, also `linuxefi` and
 * `linux16`; isolinux: `append WORDS`. A line with quotes or variables, which only the boot loader can read, is passed over.
 */
function installerLines(menu: string): string[][] {
  return menu.split(/\r?\n/).flatMap((line) => {
    const [, text] = /^\s*(?:linux(?:efi|16)?\s+\S+|append)\s+(.*)$/i.exec(line) ?? [];
    if (text === undefined || /["'`${}]/.test(text)) return [];
    const words = text.split(/\s+/).filter((word) => word !== "");
    if (!words.some((word) => /^(?:initrd=|inst\.|root=)/.test(word))) return [];
    if (words.some((word) => /^(?:inst\.)?rescue$/.test(word))) return [];
    return [words.filter((word) => !LEFT_OUT.test(word))];
  });
}

/** udev's form of a label, in which spaces and the like are `\x20`: libudev, `udev_util_encode_string`. */
function stage2(iso: string): string[] {
  const label = volumeLabel(iso).replace(
    /[^A-Za-z0-9#+\-.:=@_]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return label === "" ? [] : [`inst.stage2=hd:LABEL=${label}`];
}
