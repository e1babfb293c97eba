import type { Rule } from "./finding";
import type { BootConfiguration } from "./pygrub";

const PYGRUB = "https://xenbits.xen.org/gitweb/?p=xen.git;f=tools/pygrub/src/pygrub;hb=RELEASE-4.17.0";
const CONSOLE = "https://wiki.xenproject.org/wiki/Xen_FAQ_Console";

/** What PV and PVH guests ask of a raw disk. HVM guests start by the disk's own boot loader. */
export const XEN_RULES: readonly Rule<BootConfiguration>[] = [
  {
    code: "XN01",
    title: "the disk has a boot configuration that pygrub reads",
    source: PYGRUB,
    check: ({ file }) =>
      file === undefined
        ? "no ext2, ext3 or ext4 file system of the disk has a grub.cfg or an extlinux.conf, which pygrub starts PV and PVH " +
          "guests by (it reads no XFS of version 5, Btrfs or LVM): put /boot on ext4 and write one, or start the guest as HVM"
        : undefined,
  },
  {
    code: "XN02",
    title: "its default entry names a kernel",
    source: PYGRUB,
    check: ({ file, entry }) =>
      file !== undefined && entry === undefined
        ? `${file} has no entry that pygrub understands: it wants menuentry with linux and initrd (no blscfg), or LABEL with ` +
          "KERNEL and APPEND initrd=... (no LINUX, INITRD)"
        : undefined,
  },
  {
    code: "XN03",
    title: "kernel and initramfs are where the entry says",
    source: PYGRUB,
    check: ({ file, missing }) =>
      missing.length > 0
        ? `${file} names ${missing.join(" and ")}, which its file system lacks: write paths from the file system's root`
        : undefined,
  },
  {
    code: "XN04",
    title: "the kernel's console is Xen's",
    source: CONSOLE,
    check: ({ file, entry }) =>
      entry === undefined || /(^| )console=hvc0\b/.test(entry.kernelLine)
        ? undefined
        : `the kernel line in ${file} has no console=hvc0, so that "xl console" shows nothing of its start: add it`,
  },
];
