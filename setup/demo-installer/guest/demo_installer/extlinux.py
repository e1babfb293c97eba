"""The boot loader of BIOS machines: extlinux, and its code in the disk's boot record. Xen's pygrub reads the same menu."""

import os

from .failure import InstallError
from .run import TARGET, run

_FILES = "/usr/lib/demo-installer/boot"


_FOLDER = TARGET + "/boot/extlinux"


def install(layout):
    """Writes the boot loader into the folder of its menu, and its code into the boot record."""
    run(["extlinux", "--install", _FOLDER])
    _write_boot_record(layout)


def write_menu(layout, kernel, initrd, line, timeout):
    """Writes /boot/extlinux/extlinux.conf. On a UEFI machine it is for pygrub alone."""
    os.makedirs(_FOLDER, exist_ok=True)
    own = any(part.mount == "/boot" for part in layout.partitions)
    with open(_FOLDER + "/extlinux.conf", "w") as file:
        file.write(menu("/" if own else "/boot/", kernel, initrd, line, timeout))


def menu(folder, kernel, initrd, line, timeout=None):
    """
    The text of extlinux.conf. folder is where kernel and initrd lie in their file system, timeout is in seconds. pygrub
    knows neither LINUX and INITRD nor relative paths: tools/pygrub/src/ExtLinuxConf.py of Xen.
    """
    return "\n".join(
        [
            "DEFAULT linux",
            "PROMPT %d" % (1 if timeout else 0),
            "TIMEOUT %d" % ((timeout or 0) * 10),
            "LABEL linux",
            "  KERNEL " + folder + kernel,
            "  APPEND initrd=%s%s %s" % (folder, initrd, line),
            "",
        ]
    )


def _write_boot_record(layout):
    with open("%s/%s" % (_FILES, "gptmbr.bin" if layout.label_type == "gpt" else "mbr.bin"), "rb") as file:
        code = file.read()
    if len(code) > 440:
        raise InstallError("the boot record's code has %d bytes; 440 fit" % len(code))
    with open("/dev/" + layout.disk, "r+b", buffering=0) as disk:
        # A block device takes whole sectors.
        sector = disk.read(512)
        disk.seek(0)
        disk.write(code + sector[len(code) :])
        os.fsync(disk.fileno())
