"""Finds the kickstart: where the kernel line says, or on a volume labelled OEMDRV."""

import os

from . import console, fetch, media
from .failure import InstallError

# Anaconda reads /ks.cfg of a volume with this label when the kernel line names no kickstart.
OEMDRV = "OEMDRV"
_FOLDER = "/run/install/ks"


def named(options):
    """(where it was found, its bytes), or None when the kernel line names none. InstallError when it cannot be read."""
    url = options.get("ks", "")
    if not url:
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


def on_oemdrv():
    """(where it was found, its bytes) of the kickstart on the volume OEMDRV, or None.

    A volume that is mounted already is read there, as by dracut (anaconda, dracut/fetch-kickstart-disk): one that
    another volume hides has no kickstart.
    """
    device = media.find_label(OEMDRV)
    if not device:
        return None
    folder = media.mounted_on(device)
    if not folder:
        media.mount(device, _FOLDER)
        folder = _FOLDER
    if os.path.isfile(folder + "/ks.cfg"):
        return "%s:/ks.cfg" % OEMDRV, _file("%s:/ks.cfg" % OEMDRV, folder + "/ks.cfg")
    console.raw("Warning: Can't get kickstart from %s:/ks.cfg\n" % device)
    return None


def _on_a_cd(path):
    """That path on the medium, or on another CD which has it."""
    for name in media.cd_drives():
        folder = "/run/install/" + name
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
