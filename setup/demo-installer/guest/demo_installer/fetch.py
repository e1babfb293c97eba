"""Reading files by HTTP, with busybox's wget."""

import subprocess
import time

from . import network
from .failure import InstallError

# Anaconda retries a kickstart that cannot be fetched; here three tries, a second apart.
TRIES = 3


def read_url(url):
    """The bytes at an http URL. InstallError with wget's reason after TRIES tries."""
    check_url(url)
    network.bring_up()
    for attempt in range(TRIES):
        done = subprocess.run(["wget", "-q", "-O", "-", url], stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode == 0:
            return done.stdout
        if b"server returned error" in done.stderr:
            break
        if attempt < TRIES - 1:
            time.sleep(1)
    raise InstallError("%s cannot be read: %s" % (url, reason(done.stderr)))


def stream_url(url):
    """A process whose output is the content of an http URL."""
    check_url(url)
    network.bring_up()
    return subprocess.Popen(
        ["wget", "-q", "-O", "-", url], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def check_url(url):
    """InstallError for a URL of another scheme than http: there is no TLS on this medium."""
    if not url.startswith("http://"):
        raise InstallError('the URL "%s" is not served by this installer: write http://..., it has no TLS' % url)


def reason(stderr):
    """wget's own message without its name."""
    text = stderr.decode("utf-8", "replace").strip()
    return text[len("wget: ") :] if text.startswith("wget: ") else text or "no reason given"
