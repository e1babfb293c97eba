"""The boot loader of UEFI machines: systemd-boot on the ESP, with kernel and initrd beside it."""

import os
import shutil
import subprocess

from . import console
from .failure import InstallError
from .run import TARGET, run

_LOADER = "/usr/lib/demo-installer/boot/systemd-bootx64.efi"
_ESP = TARGET + "/boot/efi"
_VARIABLES = "/sys/firmware/efi/efivars"


def install(layout, kernel, initrd, line, timeout):
    """Writes the ESP, and an entry in the firmware's boot menu as Anaconda does."""
    _copy(_LOADER, _ESP + "/EFI/BOOT/BOOTX64.EFI")
    for name in (kernel, initrd):
        _copy("%s/boot/%s" % (TARGET, name), "%s/%s" % (_ESP, name))
    _write(_ESP + "/loader/loader.conf", "default linux.conf\ntimeout %d\nconsole-mode keep\n" % (timeout or 0))
    _write(_ESP + "/loader/entries/linux.conf", entry(kernel, initrd, line))
    _register(layout)


def entry(kernel, initrd, line):
    """The text of a boot loader entry, https://uapi-group.org/specifications/specs/boot_loader_specification/."""
    return "title Debian GNU/Linux\nlinux /%s\ninitrd /%s\noptions %s\n" % (kernel, initrd, line)


def _register(layout):
    esp = next(part for part in layout.partitions if part.mount == "/boot/efi")
    subprocess.run(["mount", "-t", "efivarfs", "efivarfs", _VARIABLES], capture_output=True)
    command = ["efibootmgr", "-q", "-c", "-d", "/dev/" + layout.disk, "-p", str(esp.number), "-L", "Debian"]
    try:
        run(command + ["-l", "\\EFI\\BOOT\\BOOTX64.EFI"])
    except InstallError as problem:
        console.note("the firmware keeps no boot entry (%s); it finds the loader by its place on the ESP" % problem)


def _copy(source, target):
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copyfile(source, target)


def _write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
