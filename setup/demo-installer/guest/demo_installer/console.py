"""What the installer prints: lines on the screen, the serial port and Anaconda's log port, whichever the machine has.

The consoles get the text as it is. The log port gets lines in the form in which Anaconda's syslog forwards them there:
`HH:MM:SS,mmm LEVEL anaconda:LOGGER: text`, where the logger is `program` for what a script printed.
"""

import os
import time

PREFIX = "demo installer: "

# Name of the virtio-serial port to which Anaconda forwards its logs.
LOG_PORT = "org.fedoraproject.anaconda.log.0"

_consoles = []
_ports = []


def open_outputs():
    """Opens every output that the machine has. A console named on the kernel line counts once."""
    names = ["tty0", "ttyS0"]
    for name in _read("/sys/class/tty/console/active").split():
        if name not in names and not name.startswith("tty1"):
            names.append(name)
    for name in names:
        _open("/dev/" + name, _consoles, 0)
    for path in _log_ports():
        # Non-blocking: a log port that nobody reads must not stop the installation.
        _open(path, _ports, os.O_NONBLOCK)


def say(text):
    """One line with the seconds since the machine's start, e.g. `demo installer: 3.1 s: partitioning /dev/vda`."""
    raw("%s%.1f s: %s\n" % (PREFIX, time.clock_gettime(time.CLOCK_BOOTTIME), text))


def progress(text):
    """One line in Anaconda's own words, such as `Configuring storage`: on the consoles alone, as there."""
    for output in _consoles:
        _write(output, text + "\n")


def note(text):
    """Says that something was accepted and has no effect here."""
    raw("%snote: %s\n" % (PREFIX, text))


def error(text):
    """The one line that names the reason of a failure. Line ends within are made spaces."""
    raw("%serror: %s\n" % (PREFIX, " ".join(text.split())), level="ERR")


def raw(text, level="INFO", logger="anaconda"):
    """Writes text as it is to every console, and each of its lines to the log port."""
    for output in _consoles:
        # A serial line wants CR LF; a terminal adds the CR by itself.
        _write(output, text)
    lines = [port_line(line, level, logger) for line in text.splitlines() if line.strip()]
    for output in _ports:
        _write(output, "".join(lines))


def port_line(line, level, logger, now=None):
    """One line of the log port: lorax, rsyslog.conf, `anaconda_syslog`; Anaconda, anaconda_logging.py, `setupVirtio`."""
    now = time.time() if now is None else now
    clock = time.strftime("%H:%M:%S", time.gmtime(now))
    return "%s,%03d %s anaconda:%s: %s\n" % (clock, int(now * 1000) % 1000, level, logger, line)


def _open(path, outputs, flags):
    try:
        outputs.append(os.open(path, os.O_WRONLY | os.O_NOCTTY | flags))
    except OSError:
        pass


def _write(output, text):
    try:
        os.write(output, text.encode("utf-8", "surrogateescape"))
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
