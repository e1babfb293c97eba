"""Makes the new system start by itself: extlinux on a BIOS machine, systemd-boot on a UEFI one, pygrub under Xen."""

import os

from . import extlinux, systemd_boot
from .failure import InstallError
from .run import TARGET

# Always on the installed kernel's line: the root file system is mounted writable at once, no second mount later.
_ALWAYS = "rw"


def install(handler, layout, uuids, uefi):
    """Writes the boot loader and its menu. InstallError when the image has no kernel."""
    kernel, initrd = _newest("vmlinuz-"), _newest("initrd.img-")
    root = next(part for part in layout.partitions if part.mount == "/")
    line = "root=UUID=%s %s %s" % (uuids[root.number], _ALWAYS, handler.bootloader.appendLine or "")
    menu = (layout, kernel, initrd, line.strip(), handler.bootloader.timeout)
    extlinux.write_menu(*menu)
    if uefi:
        systemd_boot.install(*menu)
    else:
        extlinux.install(layout)


def _newest(prefix):
    names = sorted(name for name in os.listdir(TARGET + "/boot") if name.startswith(prefix))
    if not names:
        raise InstallError("the image has no /boot/%s*: it cannot start by itself" % prefix)
    return names[-1]
