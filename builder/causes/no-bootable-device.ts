import type { Cause } from "./cause";

/** The firmware finds nothing to start from. */
export const noBootableDevice: Cause = {
  name: "no bootable device",
  sources: ["firmware", "console"],
  pattern: /^No bootable device\.|^Boot failed: not a bootable disk|BdsDxe: No bootable option or device was found/,
  remedy:
    "before the installation: the medium is no bootable one; after it: the kickstart installs no boot loader on this disk (bootloader --location, --boot-drive)",
  examples: [
    { line: "Boot failed: not a bootable disk", seenIn: "SeaBIOS 1.16, an empty disk" },
    { line: "No bootable device.  Retrying in 60 seconds.", seenIn: "SeaBIOS 1.16, an empty disk" },
    {
      line: "BdsDxe: No bootable option or device was found.",
      seenIn: "OVMF, https://github.com/systemd/mkosi/issues/2436",
    },
  ],
};
