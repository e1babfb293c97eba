import type { Cause } from "./cause";

/** The medium is gone, after its checksum was found to be right. */
export const mediumVanished: Cause = {
  name: "medium vanished",
  sources: ["packer"],
  pattern: /error downloading ISO.*no such file|Could not open '[^']+\.iso': No such file or directory/i,
  remedy: "put the installer's ISO back where it was, and deploy again",
  examples: [
    {
      line: "error downloading ISO: [source path error: stat /media/installer.iso: no such file or directory]",
      seenIn: "Packer 1.15, the file deleted after its checksum was compared",
    },
    {
      line: "Qemu stderr: qemu-system-x86_64: -drive file=/media/installer.iso,media=cdrom: Could not open '/media/installer.iso': No such file or directory",
      seenIn: "QEMU 7.2",
    },
  ],
};
