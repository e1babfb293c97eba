"""From kickstart commands to a partition table: pure, so that it can be tested without a disk."""

from collections import namedtuple

from pykickstart.constants import AUTOPART_TYPE_PLAIN, CLEARPART_TYPE_ALL

from .failure import InstallError

# size_mib is None for the partition that takes the rest of the disk.
Partition = namedtuple("Partition", "number mount fstype size_mib label")
# label_type: "dos" or "gpt".
Layout = namedtuple("Layout", "disk label_type partitions")
# name as in /sys/block; partitions: how many are on it now.
Disk = namedtuple("Disk", "name size_mib partitions")

FILE_SYSTEMS = ("ext2", "ext3", "ext4", "vfat", "efi", "swap", "biosboot")
ESP_MIB = 128
# A partition table, its copy at the end, and the first MiB kept free.
TABLE_MIB = 2


def plan(handler, disks, uefi=False):
    """The layout that a kickstart asks for, on one of these disks. InstallError names line, value and what there is."""
    if not disks:
        raise InstallError("this machine has no disk that the installer knows")
    wanted = handler.partition.partitions
    if handler.autopart.autopart and wanted:
        raise InstallError("kickstart line %d: part and autopart exclude each other" % wanted[0].lineno)
    if handler.autopart.type not in (None, AUTOPART_TYPE_PLAIN) or handler.autopart.fstype not in ("", "ext4"):
        raise InstallError(
            "kickstart line %d: the demo installer's autopart makes plain ext4 partitions: write autopart --type=plain"
            % handler.autopart.lineno
        )
    if not handler.autopart.autopart and not wanted:
        raise InstallError("the kickstart has neither autopart nor part")
    disk = _choose_disk(handler, disks)
    if disk.partitions and not _may_clear(handler, disk):
        raise InstallError(
            "no free space on %s: it has %d partitions and the kickstart does not clear them (clearpart --all)"
            % (disk.name, disk.partitions)
        )
    partitions = _automatic(uefi) if handler.autopart.autopart else [_asked(data, disk) for data in wanted]
    partitions = _fit(partitions, disk)
    if not any(partition.mount == "/" for partition in partitions):
        raise InstallError("the kickstart has no partition for /")
    if uefi and not any(partition.mount == "/boot/efi" for partition in partitions):
        raise InstallError("this machine starts by UEFI and the kickstart has no partition for /boot/efi")
    return Layout(disk.name, "gpt" if uefi or len(partitions) > 4 else "dos", partitions)


def device(disk, number):
    """The device of a partition: vda1, but nvme0n1p1."""
    return "/dev/%s%s%d" % (disk, "p" if disk[-1].isdigit() else "", number)


def _choose_disk(handler, disks):
    names = [disk.name for disk in disks]
    asked = [(name, "ignoredisk --only-use", handler.ignoredisk.lineno) for name in handler.ignoredisk.onlyuse]
    asked += [(name, "clearpart --drives", handler.clearpart.lineno) for name in handler.clearpart.drives]
    if handler.bootloader.bootDrive:
        asked.append((handler.bootloader.bootDrive, "bootloader --boot-drive", handler.bootloader.lineno))
    asked += [(data.disk, "part --ondisk", data.lineno) for data in handler.partition.partitions if data.disk]
    asked = [(_plain(name), where, line) for name, where, line in asked]
    for name, where, line in asked:
        if name not in names:
            raise InstallError(
                'kickstart line %d: %s names the disk "%s", which is not there; this machine has: %s'
                % (line, where, name, ", ".join(names))
            )
    ondisk = sorted({name for name, where, _ in asked if where == "part --ondisk"})
    if len(ondisk) > 1:
        raise InstallError("the demo installer lays out one disk; the kickstart names %s" % " and ".join(ondisk))
    ignored = [_plain(name) for name in handler.ignoredisk.ignoredisk]
    only = [name for name, where, _ in asked if where == "ignoredisk --only-use"]
    preferred = ondisk + [name for name, where, _ in asked if where == "bootloader --boot-drive"]
    for disk in disks:
        if disk.name not in ignored and (not only or disk.name in only):
            if not preferred or disk.name == preferred[0]:
                return disk
    raise InstallError("ignoredisk leaves no disk to install to; this machine has: %s" % ", ".join(names))


def _plain(name):
    return name[len("/dev/") :] if name.startswith("/dev/") else name


def _may_clear(handler, disk):
    clear = handler.clearpart
    drives = [_plain(name) for name in clear.drives]
    return clear.type == CLEARPART_TYPE_ALL and (not drives or disk.name in drives)


def _automatic(uefi):
    esp = [Partition(0, "/boot/efi", "vfat", ESP_MIB, "")] if uefi else []
    return esp + [Partition(0, "/", "ext4", None, "")]


def _asked(data, disk):
    where = "kickstart line %d" % data.lineno
    mount = data.mountpoint
    fstype = data.fstype or ("swap" if mount == "swap" else "vfat" if mount == "/boot/efi" else "ext4")
    if fstype not in FILE_SYSTEMS:
        raise InstallError(
            '%s: the file system "%s" is not in the demo installer; write one of %s'
            % (where, fstype, ", ".join(FILE_SYSTEMS))
        )
    if not mount.startswith("/") and mount not in ("swap", "biosboot"):
        raise InstallError('%s: the demo installer makes plain partitions only, not "%s"' % (where, mount))
    if mount == "biosboot":
        fstype = "biosboot"
    if data.size is None and not data.grow:
        raise InstallError("%s: part %s has neither --size nor --grow" % (where, mount))
    size = None if data.grow and not data.maxSizeMB else (data.maxSizeMB if data.grow else data.size)
    return Partition(0, mount, "vfat" if fstype == "efi" else fstype, size, data.label or "")


def _fit(partitions, disk):
    growing = [partition for partition in partitions if partition.size_mib is None]
    if len(growing) > 1:
        raise InstallError(
            "the demo installer lets one partition grow; the kickstart has --grow for %s"
            % " and ".join(partition.mount for partition in growing)
        )
    fixed = sum(partition.size_mib for partition in partitions if partition.size_mib is not None)
    if fixed + TABLE_MIB > disk.size_mib:
        raise InstallError(
            "no space: the partitions need %d MiB and %s has %d MiB" % (fixed + TABLE_MIB, disk.name, disk.size_mib)
        )
    # The one that grows comes last, so that it ends where the disk ends.
    ordered = [partition for partition in partitions if partition.size_mib is not None] + growing
    return [partition._replace(number=number) for number, partition in enumerate(ordered, 1)]
