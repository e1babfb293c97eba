"""Runs the kickstart's scripts, byte for byte as they are written there.

As in Anaconda, a script's file stays in /tmp of the system that it ran in, and what it printed in /tmp of the installer.
"""

import os
import subprocess

from . import console
from .failure import InstallError
from .run import TARGET, enter

# pykickstart's KS_SCRIPT_* numbers.
PRE, POST, TRACEBACK, PREINSTALL, ONERROR = 0, 1, 2, 3, 4
NAMES = {PRE: "%pre", POST: "%post", TRACEBACK: "%traceback", PREINSTALL: "%pre-install", ONERROR: "%onerror"}


def run_all(scripts, kind):
    """Runs the scripts of one kind in their order. InstallError when one with --erroronfail fails."""
    for script in scripts:
        if script.type == kind:
            _run(script)


def _run(script):
    name = "%s of line %s" % (NAMES[script.type], script.lineno)
    console.say("script: %s" % name)
    inside = script.type == POST and script.inChroot
    root = TARGET if inside else "/"
    path = "/tmp/ks-script-%s" % script.lineno
    os.makedirs(root + "/tmp", exist_ok=True)
    with open(root + path, "wb") as file:
        file.write(script.script.encode("utf-8", "surrogateescape"))
    os.chmod(root + path, 0o700)
    code = _execute([script.interp, path], TARGET if inside else None, _log(script, root))
    if code == 0:
        return
    text = "%s failed with exit code %d" % (name, code)
    if script.errorOnFail:
        raise InstallError(text)
    console.note(text + "; it has no --erroronfail, so the installation goes on")


def _execute(command, root, log):
    environment = dict(os.environ, PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            preexec_fn=(lambda: enter(root)) if root else None,
        )
    except OSError as problem:
        console.raw("%s: %s\n" % (command[0], problem.strerror), logger="program")
        return 127
    for line in process.stdout:
        console.raw(line.decode("utf-8", "surrogateescape"), logger="program")
        log.write(line)
    log.close()
    return process.wait()


def _log(script, root):
    path = root + script.logfile if script.logfile else "/tmp/ks-script-%s.log" % script.lineno
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return open(path, "wb")
