"""Finds the kickstart: where the kernel line says, or on a volume labelled OEMDRV."""

import os

from . import fetch, media
from .failure import InstallError

# Anaconda reads /ks.cfg of a volume with this label when the kernel line names no kickstart.
OEMDRV = "OEMDRV"
_FOLDER = "/run/install/ks"


def read(options):
    """(where it was found, its bytes), or None when there is none. InstallError when a named one cannot be read."""
    url = options.get("ks", "")
    if not url:
        if media.find_label(OEMDRV) and media.mount_label(OEMDRV, _FOLDER, 1):
            if os.path.isfile(_FOLDER + "/ks.cfg"):
                return "%s:/ks.cfg" % OEMDRV, _file(url or "OEMDRV:/ks.cfg", _FOLDER + "/ks.cfg")
        return None
    if url.startswith("cdrom:"):
        return url, _file(url, _on_a_cd(_absolute(url, url[len("cdrom:") :])))
    if url.startswith("hd:"):
        device, _, path = url[len("hd:") :].partition(":")
        _mount(url, device)
        return url, _file(url, _FOLDER + _absolute(url, path))
    if url.startswith("file:"):
        return url, _file(url, _absolute(url, url[len("file:") :]))
    return url, fetch.read_url(url)


def _on_a_cd(path):
    """That path on the medium, or on another CD which has it."""
    for name in sorted(name for name in os.listdir("/sys/block") if name.startswith("sr")):
        folder = "/run/install/" + name
        if os.path.isfile(media.REPO + path):
            break
        try:
            media.mount("/dev/" + name, folder)
        except InstallError:
            continue
        if os.path.isfile(folder + path):
            return folder + path
    return media.REPO + path


def _mount(url, device):
    if device.startswith("LABEL="):
        if not media.mount_label(device[len("LABEL=") :], _FOLDER, 5):
            raise InstallError('the kickstart %s cannot be read: no volume has the label "%s"' % (url, device[6:]))
        return
    path = device if device.startswith("/dev/") else "/dev/" + device
    if not os.path.exists(path):
        raise InstallError("the kickstart %s cannot be read: there is no device %s" % (url, path))
    media.mount(path, _FOLDER)


def _absolute(url, path):
    path = path.removeprefix("//")
    if not path.startswith("/"):
        raise InstallError(
            'the kickstart "%s" names no path; write one like cdrom:/ks.cfg or hd:LABEL=OEMDRV:/ks.cfg' % url
        )
    return path


def _file(url, path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as problem:
        raise InstallError("the kickstart %s cannot be read: %s" % (url, problem.strerror.lower())) from problem
