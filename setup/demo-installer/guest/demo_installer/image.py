"""Unpacks the root file system that the kickstart's liveimg command names."""

import hashlib
import os
import subprocess
import tempfile

from . import console, fetch
from .failure import InstallError
from .run import TARGET

# How often a line says how much is unpacked, in seconds.
_PROGRESS_SECONDS = 1

_COMPRESSIONS = {".tar": None, ".gz": "gzip", ".tgz": "gzip", ".xz": "xz", ".txz": "xz", ".zst": "zstd"}


def install(url, checksum=None):
    """Unpacks file:///... or http://... into TARGET; `checksum` is the sha256 of the archive, 64 hex digits."""
    extension = os.path.splitext(url)[1]
    if extension not in _COMPRESSIONS:
        raise InstallError(
            'liveimg --url="%s": this installer unpacks tar archives; write a name that ends in .tar, .tar.gz, .tar.xz '
            "or .tar.zst" % url
        )
    command = ["tar", "-x", "--numeric-owner", "-C", TARGET, "--xattrs", "--xattrs-include=*"]
    if _COMPRESSIONS[extension]:
        command += ["-I", _COMPRESSIONS[extension]]
    if url.startswith("file://"):
        path = url[len("file://") :]
        if not os.path.isfile(path):
            raise InstallError('liveimg --url="%s": there is no file %s' % (url, path))
        if checksum:
            with open(path, "rb") as source:
                _compare(url, checksum, _digest(source))
        _unpack_file(url, command, path)
        return
    source = fetch.stream_url(url)
    if checksum:
        _unpack_checked(url, command, source.stdout, checksum, source)
    else:
        _unpack_stream(url, command, source)


def _unpack_file(url, command, path):
    with open(path, "rb") as source, tempfile.TemporaryFile() as messages:
        archive = subprocess.Popen(command + ["-f", "-"], stdin=source, stdout=subprocess.DEVNULL, stderr=messages)
        size = os.fstat(source.fileno()).st_size
        while _goes_on(archive):
            # tar reads by the same open file, so its position is known here.
            done = os.lseek(source.fileno(), 0, os.SEEK_CUR)
            console.progress("Installing %s (%d%%)" % (url, 100 * done // max(size, 1)))
        messages.seek(0)
        _judge(url, archive.returncode, messages.read(), None)


def _goes_on(process):
    try:
        process.wait(_PROGRESS_SECONDS)
        return False
    except subprocess.TimeoutExpired:
        return True


def _unpack_stream(url, command, source):
    archive = subprocess.Popen(command, stdin=source.stdout, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    source.stdout.close()
    messages = archive.stderr.read()
    _judge(url, archive.wait(), messages, source)


def _unpack_checked(url, command, stream, checksum, source):
    archive = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        digest = _digest(stream, archive.stdin)
        archive.stdin.close()
    except BrokenPipeError:
        digest = None
    messages = archive.stderr.read()
    _judge(url, archive.wait(), messages, source)
    _compare(url, checksum, digest)


def _judge(url, code, messages, source):
    if source:
        problem = source.stderr.read()
        if source.wait() != 0 and b"No space left" not in messages:
            raise InstallError('liveimg --url="%s" cannot be read: %s' % (url, fetch.reason(problem)))
    if b"No space left on device" in messages:
        size = os.statvfs(TARGET)
        raise InstallError(
            "no space left in the new system while unpacking %s: its file system has %d MiB"
            % (url, size.f_blocks * size.f_frsize >> 20)
        )
    if code != 0:
        first = messages.decode("utf-8", "replace").strip().splitlines()[:1]
        raise InstallError('liveimg --url="%s" cannot be unpacked: %s' % (url, first[0] if first else "tar failed"))


def _digest(source, copy=None):
    digest = hashlib.sha256()
    while True:
        piece = source.read(1 << 20)
        if not piece:
            return digest.hexdigest()
        digest.update(piece)
        if copy:
            copy.write(piece)


def _compare(url, wanted, got):
    if wanted.lower() != got:
        raise InstallError('liveimg --url="%s" has the sha256 %s; the kickstart says %s' % (url, got, wanted))
