"""Partitions and file systems: finds the disks, writes the table, makes the file systems, mounts them."""

import os
import time


from .failure import InstallError
from .layout import Disk, device
from .run import TARGET, run

# Partition types for sfdisk: (dos, gpt).
_TYPES = {
    "swap": ("82", "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F"),
    "vfat": ("ef", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"),
    "biosboot": ("da", "21686148-6449-6E6F-744E-656564454649"),
}
_LINUX = ("83", "0FC63DAF-8483-4772-8E79-3D69D8477DE4")

# What extlinux cannot read of ext4's features is left out.
_EXT_FEATURES = "^64bit,^metadata_csum,^orphan_file"


def find():
    """The disks of this machine, by name; CD drives, loop devices and empty drives left out."""
    found = []
    for name in sorted(os.listdir("/sys/block")):
        folder = "/sys/block/" + name
        if not name.startswith(("vd", "sd", "hd", "nvme", "xvd")) or _number(folder + "/ro"):
            continue
        size = _number(folder + "/size") // 2048
        partitions = [entry for entry in os.listdir(folder) if os.path.exists("%s/%s/partition" % (folder, entry))]
        if size:
            found.append(Disk(name, size, len(partitions)))
    return found


def partition(layout):
    """Writes the partition table; whatever was on the disk is gone."""
    gpt = layout.label_type == "gpt"
    lines = ["label: " + layout.label_type]
    boot = next((p for p in layout.partitions if p.mount == "/boot"), None) or _root(layout)
    for part in layout.partitions:
        fields = ["type=" + _TYPES.get(part.fstype, _LINUX)[1 if gpt else 0]]
        if part.size_mib is not None:
            fields.append("size=%dMiB" % part.size_mib)
        if part is boot:
            fields.append("attrs=LegacyBIOSBootable" if gpt else "bootable")
        lines.append(", ".join(fields))
    wipe = ["--wipe", "always", "--wipe-partitions", "always"]
    run(["sfdisk", "-q"] + wipe + ["/dev/" + layout.disk], "\n".join(lines) + "\n")
    for part in layout.partitions:
        _wait_for(device(layout.disk, part.number))


def make_file_systems(layout):
    """Makes every file system and returns {partition number: UUID}."""
    uuids = {}
    for part in layout.partitions:
        path = device(layout.disk, part.number)
        if part.fstype == "biosboot":
            continue
        if part.fstype == "vfat":
            serial = _uuid()[:8].upper()
            run(["mkfs.vfat", "-i", serial] + (["-n", part.label] if part.label else []) + [path])
            uuids[part.number] = serial[:4] + "-" + serial[4:]
            continue
        identity = _uuid()
        label = ["-L", part.label] if part.label else []
        if part.fstype == "swap":
            run(["mkswap", "-U", identity] + label + [path])
        else:
            options = ["-q", "-F", "-U", identity, "-O", _EXT_FEATURES, "-E", "lazy_itable_init=1,lazy_journal_init=1"]
            run(["mke2fs", "-t", part.fstype] + options + label + [path])
        uuids[part.number] = identity
    return uuids


def mount(layout):
    """Mounts the new file systems below TARGET, / first."""
    for part in sorted(_mounted(layout), key=lambda p: p.mount.count("/") if p.mount != "/" else 0):
        folder = TARGET + part.mount
        os.makedirs(folder, exist_ok=True)
        kind = part.fstype
        run(["mount", "-t", kind, device(layout.disk, part.number), folder])


def unmount(layout):
    """Unmounts them again, in the opposite order."""
    for part in sorted(_mounted(layout), key=lambda p: -p.mount.count("/") if p.mount != "/" else 1):
        run(["umount", TARGET + part.mount])


def fstab(layout, uuids):
    """The text of /etc/fstab."""
    lines = []
    for part in layout.partitions:
        if part.fstype == "biosboot":
            continue
        if part.fstype == "swap":
            lines.append("UUID=%s none swap sw 0 0" % uuids[part.number])
        else:
            check = 1 if part.mount == "/" else 2
            options = "umask=0077" if part.fstype == "vfat" else "defaults"
            lines.append("UUID=%s %s %s %s 0 %d" % (uuids[part.number], part.mount, part.fstype, options, check))
    return "\n".join(lines) + "\n"


def _mounted(layout):
    return [part for part in layout.partitions if part.mount.startswith("/")]


def _root(layout):
    return next(part for part in layout.partitions if part.mount == "/")


def _wait_for(path):
    for _ in range(50):
        if os.path.exists(path):
            return
        time.sleep(0.1)
    raise InstallError("%s did not appear after partitioning" % path)


def _number(path):
    try:
        with open(path) as file:
            return int(file.read())
    except OSError:
        return 0


def _uuid():
    with open("/proc/sys/kernel/random/uuid") as file:
        return file.read().strip()
