"""Finding volumes by their label and mounting them: the medium itself, and OEMDRV."""

import os
import subprocess
import time

from .failure import InstallError

# Where Anaconda mounts the installation medium; kickstarts name files on it as file:///run/install/repo/...
REPO = "/run/install/repo"


def mount_label(label, folder, seconds):
    """Mounts the volume of that label read-only. False when none turned up within so many seconds."""
    for attempt in range(max(1, int(seconds * 10))):
        device = find_label(label)
        if device:
            mount(device, folder)
            return True
        time.sleep(0.1)
    return False


def find_label(label):
    """The device of the volume with that label, or None."""
    done = subprocess.run(["findfs", "LABEL=" + label], stdin=subprocess.DEVNULL, capture_output=True)
    return done.stdout.decode().strip() if done.returncode == 0 else None


def sata_without_driver(devices="/sys/bus/pci/devices"):
    """Whether this machine has a SATA (AHCI) controller that no driver of this kernel has taken.

    PCI's class code 01 06 is SATA: PCI Code and ID Assignment Specification, section 1.2.
    """
    for name in sorted(os.listdir(devices)):
        with open("%s/%s/class" % (devices, name)) as file:
            if file.read().startswith("0x0106") and not os.path.exists("%s/%s/driver" % (devices, name)):
                return True
    return False


def mount(device, folder):
    """Mounts a device read-only, whatever of the known file systems is on it."""
    os.makedirs(folder, exist_ok=True)
    if os.path.ismount(folder):
        return
    for kind in ("iso9660", "vfat", "ext4"):
        command = ["mount", "-t", kind, "-o", "ro", device, folder]
        if subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0:
            return
    raise InstallError("%s has no file system that the installer reads (iso9660, vfat, ext4)" % device)
