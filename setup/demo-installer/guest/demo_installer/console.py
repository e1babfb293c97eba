"""What the installer tells: lines on the screen, the serial port and Anaconda's log port, whichever the machine has."""

import os
import time

PREFIX = "demo installer: "

# Name of the virtio-serial port to which Anaconda forwards its logs.
LOG_PORT = "org.fedoraproject.anaconda.log.0"

_outputs = []


def open_outputs():
    """Opens every output that the machine has. A console named on the kernel line counts once."""
    names = ["tty0", "ttyS0"]
    for name in _read("/sys/class/tty/console/active").split():
        if name not in names and not name.startswith("tty1"):
            names.append(name)
    paths = ["/dev/" + name for name in names] + _log_ports()
    for path in paths:
        try:
            # Non-blocking: a log port that nobody reads must not stop the installation.
            _outputs.append(os.open(path, os.O_WRONLY | os.O_NOCTTY | (os.O_NONBLOCK if "vport" in path else 0)))
        except OSError:
            pass


def say(text):
    """One line with the seconds since the machine's start, e.g. `demo installer: 3.1 s: partitioning /dev/vda`."""
    raw("%s%.1f s: %s\n" % (PREFIX, time.clock_gettime(time.CLOCK_BOOTTIME), text))


def note(text):
    """Says that something was accepted and has no effect here."""
    raw("%snote: %s\n" % (PREFIX, text))


def error(text):
    """The one line that names the reason of a failure. Line ends within are made spaces."""
    raw("%serror: %s\n" % (PREFIX, " ".join(text.split())))


def raw(text):
    """Writes text as it is to every output."""
    data = text.encode("utf-8", "surrogateescape")
    for output in _outputs:
        try:
            # A serial line wants CR LF; a terminal adds the CR by itself, a log port wants none.
            os.write(output, data)
        except OSError:
            pass


def _log_ports():
    folder = "/sys/class/virtio-ports"
    found = []
    for port in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if _read("%s/%s/name" % (folder, port)).strip() == LOG_PORT:
            found.append("/dev/" + port)
    return found


def _read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""
