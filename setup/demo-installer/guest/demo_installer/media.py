"""Finding volumes by their label and mounting them: the medium itself, and OEMDRV."""

import os
import re
import subprocess
import time

from . import console
from .failure import InstallError

# Where Anaconda mounts the installation medium; kickstarts name files on it as file:///run/install/repo/...
REPO = "/run/install/repo"

# What the medium has and no other CD.
_MARK = "/images/pxeboot/vmlinuz"


def mount_medium(options, seconds):
    """Mounts the medium at REPO: the volume that `inst.stage2=hd:LABEL=...` names, within so many seconds.

    Without such a name every CD is tried, as dracut does (anaconda, dracut/anaconda-diskroot): all are mounted on the
    same folder, and the medium hides the others. False when none turned up.
    """
    kind, _, name = options.get("stage2", "").partition(":")
    if kind == "hd" and name.startswith("LABEL="):
        return mount_label(unescaped(name[len("LABEL=") :]), REPO, seconds)
    return _mount_every_cd(seconds)


def _mount_every_cd(seconds):
    os.makedirs(REPO, exist_ok=True)
    for attempt in range(int(seconds * 10)):
        if cd_drives():
            break
        time.sleep(0.1)
    for name in cd_drives():
        command = ["mount", "-t", "iso9660", "-o", "ro", "/dev/" + name, REPO]
        if subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).returncode != 0:
            console.raw("Warning: Couldn't mount /dev/%s\n" % name)
        elif os.path.exists(REPO + _MARK):
            return True
        else:
            console.raw("Warning: no suitable images\n")
    return False


def cd_drives():
    """Names of the CD drives. The last one comes first, as a kernel names the one with the medium first."""
    return sorted((name for name in os.listdir("/sys/block") if name.startswith("sr")), reverse=True)


def mounted_on(device):
    """The first folder that a device is mounted on, or None."""
    with open("/proc/mounts") as file:
        for line in file:
            fields = line.split(" ")
            if os.path.realpath(fields[0]) == os.path.realpath(device):
                return fields[1]
    return None


def unescaped(label):
    """A label without udev's escapes: `A\\x20B` is `A B`."""
    return re.sub(r"\\x([0-9a-fA-F]{2})", lambda found: chr(int(found.group(1), 16)), label)


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
