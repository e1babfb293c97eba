"""The boot loader of BIOS machines: extlinux, and its code in the disk's boot record."""

import os

from .failure import InstallError
from .run import TARGET, run

_FILES = "/usr/lib/demo-installer/boot"


def install(layout, kernel, initrd, line, timeout):
    """Writes /boot/extlinux and the boot record."""
    folder = TARGET + "/boot/extlinux"
    os.makedirs(folder, exist_ok=True)
    with open(folder + "/extlinux.conf", "w") as file:
        file.write(menu(kernel, initrd, line, timeout))
    run(["extlinux", "--install", folder])
    _write_boot_record(layout)


def menu(kernel, initrd, line, timeout=None):
    """The text of extlinux.conf; kernel and initrd lie in the folder above it. timeout in seconds."""
    return "\n".join(
        [
            "DEFAULT linux",
            "PROMPT %d" % (1 if timeout else 0),
            "TIMEOUT %d" % ((timeout or 0) * 10),
            "LABEL linux",
            "  LINUX ../" + kernel,
            "  INITRD ../" + initrd,
            "  APPEND " + line,
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
