"""Reads the disk in a platform's file by other implementations than those that write it: Python's tarfile, and dissect's
readers of virtual disks. Prints size and sha256 of the disk's bytes as JSON, and the names in the archive if it is one.

virtual-disk.py ENDING FILE, where the ending is that of the platform's file, such as "ova".
"""

import hashlib
import json
import shutil
import sys
import tarfile
import tempfile

from dissect.hypervisor.disk.qcow2 import QCow2
from dissect.hypervisor.disk.vhd import VHD
from dissect.hypervisor.disk.vmdk import VMDK

PIECE = 1 << 20


def member(archive, name):
    """A member as a file that can be read at any place."""
    copy = tempfile.NamedTemporaryFile()
    shutil.copyfileobj(archive.extractfile(name), copy, PIECE)
    copy.seek(0)
    return copy


def ova(file):
    archive = tarfile.open(fileobj=file, mode="r:")
    (disk,) = [name for name in archive.getnames() if name.endswith(".vmdk")]
    return archive.getnames(), VMDK(member(archive, disk))


def box(file):
    archive = tarfile.open(fileobj=file, mode="r:gz")
    return archive.getnames(), QCow2(member(archive, "box.img")).open()


def google(file):
    archive = tarfile.open(fileobj=file, mode="r:gz")
    return archive.getnames(), archive.extractfile("disk.raw")


READERS = {
    "raw": lambda file: ([], file),
    "qcow2": lambda file: ([], QCow2(file).open()),
    "vhd": lambda file: ([], VHD(file)),
    "vmdk": lambda file: ([], VMDK(file)),
    "ova": ova,
    "box": box,
    "tar.gz": google,
}

ending, path = sys.argv[1:]
with open(path, "rb") as file:
    names, disk = READERS[ending](file)
    digest = hashlib.sha256()
    size = 0
    while piece := disk.read(PIECE):
        digest.update(piece)
        size += len(piece)
print(json.dumps({"names": names, "size": size, "sha256": digest.hexdigest()}))
